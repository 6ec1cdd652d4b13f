// @ts-check
/** Texts about links, the class that joins, Present, the command line, and the card of a network. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "address.ignored": [
    "The address has parts that this page can’t show; they are ignored: {parts}",
    "アドレスの次の部分は表示できないため、無視しました：{parts}",
  ],
  "address.network": [
    "This link shows the network {name}, which is not here; you see {other} instead. Open its file, " +
      "and the page shows what the link does.",
    "このリンクはネットワーク「{name}」のものですが、ここにはないため{other}を表示しています。" +
      "そのファイルを開くと、リンクの内容が表示されます。",
  ],
  "link.copy": ["Copy link", "リンクをコピー"],
  "link.copy.title": [
    "Copy a link that shows the same, with your drawing",
    "いまの表示と絵を再現するリンクをコピーします",
  ],
  "link.copied": [
    "Link copied. It shows what you see now.",
    "リンクをコピーしました。いまの表示を再現します。",
  ],
  "link.copied.here": [
    "Link copied. It works on this computer only.",
    "リンクをコピーしました。このパソコンでのみ開けます。",
  ],
  "link.copied.own": [
    "Link copied. It works on this computer only; with --host 0.0.0.0 the page is there for others.",
    "リンクをコピーしました。このパソコンでのみ開けます。--host 0.0.0.0 を付けて起動すると、ほかの人も開けます。",
  ],
  "link.copied.file": [
    "Link copied. Others need the file {name} to see the same.",
    "リンクをコピーしました。同じ表示にするには、相手にもファイル{name}が必要です。",
  ],
  "link.copied.trained": [
    "Link copied. Nobody else has {name}: save it, and send the file, too.",
    "リンクをコピーしました。{name}はほかの人の手元にないので、保存したファイルも送ってください。",
  ],
  "copy.select": ["Copy this text", "この文字列をコピーしてください"],
  "copy.select.keys": [
    "This browser does not let the page copy. The text is selected: press Ctrl C or ⌘ C.",
    "このブラウザーではページからコピーできません。選択された文字列を Ctrl C または ⌘ C でコピーしてください。",
  ],
  "copy.select.touch": [
    "This browser does not let the page copy. Touch and hold the selected text, then choose Copy.",
    "このブラウザーではページからコピーできません。選択された文字列を長押しして「コピー」を選んでください。",
  ],
  "copy.share": ["Share…", "共有…"],
  "copy.close": ["Close", "閉じる"],

  "join": ["Join", "参加"],
  "join.title": ["Address and QR code of this page, for others", "このページのアドレスとQRコード"],
  "join.hint": [
    "Everyone on the same network can open this page:",
    "同じネットワークにいる人は、このページを開けます：",
  ],
  "join.code": ["QR code of {address}", "{address}のQRコード"],

  "present": ["Present", "プレゼン"],
  "present.title": [
    "Drawing, answer and bars in large type, on the whole screen",
    "絵、答え、棒グラフを全画面に大きく表示します",
  ],
  "present.leave": ["Leave", "終了"],
  "present.leave.title": ["Back to the page (Escape)", "ページに戻ります（Esc）"],
  "present.bars": ["Probabilities", "確率"],

  "command": ["The same on the command line", "コマンドラインで同じことをする"],
  "command.copy": ["Copy command", "コマンドをコピー"],
  "command.copied": ["Command copied.", "コマンドをコピーしました。"],
  "command.drawing": ["Save {name}", "{name}を保存"],
  "command.file": [
    "The commands expect {name} in the folder where they run.",
    "コマンドを実行するフォルダーに{name}が必要です。",
  ],

  "model.details": ["Details", "詳細"],
  "tabs.network": ["Networks", "ネットワーク"],
  "network.layers": ["Layers", "層"],
  "network.input": ["Image", "画像"],
  "network.convolution": ["Convolution {height}×{width}", "畳み込み {height}×{width}"],
  "network.strides": ["step {down}×{across}", "ストライド {down}×{across}"],
  "network.pads": ["margin {pads}", "余白 {pads}"],
  "network.max": ["then the largest of each {height}×{width}", "続いて{height}×{width}ごとの最大値"],
  "network.average": ["then the mean of each {height}×{width}", "続いて{height}×{width}ごとの平均"],
  "network.dense": ["Dense", "全結合"],
  "network.out": ["Dense: the logits", "全結合（ロジット）"],
  "network.kind": ["Kind", "種類"],
  "network.shape": ["Outputs", "出力"],
  "network.count": ["Weights", "重みの数"],
  "network.sum": ["All layers", "合計"],
  "network.relu": ["Behind each layer but the last: ReLU.", "最後以外の各層の後：ReLU"],
  "network.other": [
    "An ONNX graph of other layers: neither they nor the number of weights are listed.",
    "その他の層を含むONNXグラフです。層と重みの数は表示できません。",
  ],
  "network.by": ["Evaluated by", "計算"],
  "network.by.page": ["This page, by idea’s kernel", "このページ（ideaのカーネル）"],
  "network.by.server": ["The server, by idea’s kernel", "サーバー（ideaのカーネル）"],
  "network.by.onnx": ["The server, by ONNX Runtime", "サーバー（ONNX Runtime）"],
  "network.accuracy": ["Accuracy", "正解率"],
  "network.accuracy.known": ["{percent} of {count} test images", "テスト画像{count}枚の{percent}"],
  "network.accuracy.unknown": ["Not known", "不明"],
  "network.task": ["Images and classes", "画像とクラス"],
  "network.task.value": ["{height}×{width} pixels, {classes} classes", "{height}×{width}ピクセル、{classes}クラス"],
  "network.check": ["What the file leaves open", "ファイルに書かれていないこと"],
  "network.check.it": ["it", "このネットワーク"],
  "network.check.none": ["Nothing was noticed.", "特にありません"],
  "network.compare": ["Compare with", "比べる相手"],
  "network.compare.hint": [
    "Two networks and one drawing: their answers, side by side.",
    "1つの絵に対する2つのネットワークの答えを並べます。",
  ],
  "network.compare.none": [
    "No other network here takes the same images.",
    "同じ画像を扱うほかのネットワークがありません。",
  ],
  "network.compare.empty": ["Draw something on the canvas.", "キャンバスに何か描いてください。"],
  "network.agree": ["Both answer {label}.", "どちらの答えも{label}です。"],
  "network.disagree": ["They disagree: {label} or {other}.", "答えが分かれました：{label}と{other}"],
  "network.answer": ["{label}, {percent}", "{label}、{percent}"],
};
