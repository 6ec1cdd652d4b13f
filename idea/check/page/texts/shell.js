// @ts-check
/** Texts of the page around the panels. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "percent": ["{n}\u00a0%", "{n}%"],
  "percent.over": [">\u00a0{n}\u00a0%", "{n}%超"],
  "percent.under": ["<\u00a0{n}\u00a0%", "{n}%未満"],

  "head.about": [
    "Draw a digit, and see how a neural network classifies it.",
    "数字を描いて、ニューラルネットワークの頭の中をのぞいてみましょう。",
  ],
  "head.about.class": [
    "Draw, and see how a neural network classifies it.",
    "絵を描いて、ニューラルネットワークの頭の中をのぞいてみましょう。",
  ],
  "head.language": ["Language", "言語"],
  "theme": ["Theme", "テーマ"],
  "theme.system": ["System", "システム"],
  "theme.light": ["Light", "ライト"],
  "theme.dark": ["Dark", "ダーク"],

  "model": ["Network", "ネットワーク"],
  "model.open": ["Open a file…", "ファイルを開く…"],
  "model.open.title": [
    "Open a network of your own: {accepts}",
    "お手持ちのネットワークを開きます（{accepts}）",
  ],
  "model.opened": ["{name} is open and in use.", "{name}を開きました。使用中です。"],
  "model.notes": ["Notes on the file:", "ファイルについての注意："],
  "model.unavailable": [
    "The server no longer has {name}; {other} is used instead. Open the file again to continue " +
      "with it.",
    "サーバーに{name}が残っていないため、{other}を使用します。続けて使うには、" +
      "もう一度ファイルを開いてください。",
  ],
  "model.lost": [
    "The server no longer has {name}. Open the file again to use it.",
    "サーバーに{name}が残っていません。使うには、もう一度ファイルを開いてください。",
  ],
  "task": ["Images and classes of the network", "ネットワークの画像とクラス"],
  "input": ["Inputs of a network", "ネットワークの入力"],
  "input.ask": [
    "Of a few hundred test images in 0…1, {name} classifies {now} correctly, with a log loss of {lossNow}; " +
      "with inputs {input}, {then}, with a log loss of {lossThen}.",
    "数百枚のテスト画像で試したところ、{name}は0…1の画像では{now}（対数損失{lossNow}）を、" +
      "{input}では{then}（対数損失{lossThen}）を正しく分類します。",
  ],
  "input.open": ["Open for {input}", "{input}で開く"],
  "input.keep": ["Keep 0…1", "0…1のまま"],
  "task.ask": [
    "{name} does not give the size of its images.",
    "{name}からは画像の大きさがわかりません。",
  ],
  "task.height": ["Height", "高さ"],
  "task.width": ["Width", "幅"],
  "task.classes": ["Labels, separated by commas (optional)", "クラス名（コンマ区切り、省略可）"],
  "task.open": ["Open", "開く"],
  "task.cancel": ["Cancel", "キャンセル"],
  "model.accuracy": ["{name}, {percent}", "{name}（{percent}）"],
  "model.loading": ["{name}: loading the network …", "{name}：ネットワークを読み込んでいます …"],
  "model.layers": ["{name}: {network}", "{name}：{network}"],
  "model.layers.task": [
    "{name}: {network}; {height}×{width} pixels, {classes} classes",
    "{name}：{network}、{height}×{width}ピクセル、{classes}クラス",
  ],
  "model.about": [
    "The percentage is the accuracy on the test images of the network’s data set",
    "パーセントは、ネットワークのデータセットのテスト画像に対する正解率です",
  ],

  "draw": ["Draw", "描く"],
  "draw.here": ["Draw a digit here", "ここに数字を描いてください"],
  "draw.here.class": ["Draw here", "ここに描いてください"],
  "draw.canvas": [
    "Drawing canvas. Arrow keys move the pen, Space lowers and lifts it.",
    "描画キャンバス。矢印キーでペンを動かし、スペースキーで下ろしたり上げたりします。",
  ],
  "draw.tool": ["Tool", "道具"],
  "draw.pen": ["Pen", "ペン"],
  "draw.eraser": ["Eraser", "消しゴム"],
  "draw.width": ["Width", "太さ"],
  "draw.undo": ["Undo", "元に戻す"],
  "draw.redo": ["Redo", "やり直す"],
  "draw.clear": ["Clear", "全部消す"],
  "draw.open": ["Picture…", "画像…"],
  "draw.open.title": ["A photo or scan of a digit, or a dump (.vf)", "数字の写真やスキャン画像、またはダンプ（.vf）"],
  "draw.open.title.class": ["A photo or scan, or a dump (.vf)", "写真やスキャン画像、またはダンプ（.vf）"],
  "draw.lowered": ["Pen lowered", "ペンを下ろしました"],
  "draw.lifted": ["Pen lifted", "ペンを上げました"],
  "draw.width.now": ["Width {width}", "太さ {width}"],
  "draw.undone": ["Undone", "元に戻しました"],
  "draw.redone": ["Redone", "やり直しました"],
  "draw.cleared": ["Canvas cleared", "キャンバスを消しました"],

  "answer": ["Prediction", "予測"],
  "answer.none": ["No drawing yet", "まだ描かれていません"],
  "answer.none.more": ["The prediction updates as you draw.", "描くにつれて予測が更新されます。"],
  "answer.faint": ["Too little ink", "線が足りません"],
  "answer.faint.more": ["Not enough for a prediction; keep drawing.", "予測するには、もう少し線が必要です。"],
  "answer.no_digit": ["No digit found", "数字が見つかりません"],
  "answer.no_digit.class": ["Nothing found", "何も見つかりません"],
  "answer.no_digit.more": [
    "No strokes stand out from the background. Erase part of the drawing, or clear the canvas.",
    "背景と見分けられる線がありません。一部を消すか、全部消して描き直してください。",
  ],
  "answer.waiting": ["Waiting for {name}…", "{name}の応答待ち…"],
  "answer.waiting.more": [
    "Its prediction appears here.",
    "予測はここに表示されます。",
  ],
  "answer.failed": ["No prediction", "予測できません"],
  "answer.failed.more": [
    "The network could not be evaluated. The page tries again once it can, or as you draw.",
    "ネットワークを評価できませんでした。接続が戻るか、続けて描くと、もう一度試します。",
  ],
  "answer.sure": ["Clearly {label}", "ほぼ確実に {label}"],
  "answer.likely": ["Probably {label}", "おそらく {label}"],
  "answer.perhaps": ["Possibly {label}", "もしかすると {label}"],
  "answer.unsure": ["Uncertain: {label}\u00a0or\u00a0{second}", "{label} か {second} か不確か"],
  "answer.share": ["{percent} probability", "確率 {percent}"],
  "answer.shares": ["{percent} or {other}", "確率 {percent} または {other}"],

  "see": ["What the network sees", "ネットワークへの入力"],
  "see.prepared": ["Preprocessed", "前処理後"],
  "see.drawn": ["As drawn", "描いたまま"],
  "see.trust": ["this one counts", "こちらで判定"],
  "see.prepared.image": [
    "The drawing cropped, scaled and centred, {height} by {width} pixels",
    "描いた絵を切り抜き、拡大縮小して中央に置いた{height}×{width}ピクセルの画像",
  ],
  "see.drawn.image": [
    "The whole canvas, {height} by {width} pixels",
    "キャンバス全体を{height}×{width}ピクセルにした画像",
  ],
  "see.why": [
    "The network was trained on digits cropped, scaled to 20 × 20 pixels and centred by their " +
      "centre of mass; preprocessing does the same to your drawing. As drawn, small or " +
      "off-centre, a digit is unlike anything in the training set. The amber frame encloses the " +
      "same part in both.",
    "ネットワークは、切り抜いて20×20ピクセルに収め、重心を中央に合わせた数字で学習しました。" +
      "前処理では、描いた数字を同じように整えます。描いたままだと、" +
      "小さかったり端に寄っていたりして、学習データのどれにも似ていない画像になります。" +
      "琥珀色の枠は、どちらも同じ部分を囲んでいます。",
  ],
  "see.why.box": [
    "Preprocessing crops your drawing, scales it to fit {height} × {width} pixels and centres it. " +
      "The amber frame encloses the same part in both.",
    "前処理では、描いた絵を切り抜き、{height}×{width}ピクセルに収まるように拡大縮小して" +
      "中央に置きます。琥珀色の枠は、どちらも同じ部分を囲んでいます。",
  ],
  "see.placed": [
    "This image already has the network’s input size, {height} × {width} pixels, so it is not cropped or " +
      "centred: both views show it unchanged. Once you draw on it, it is preprocessed like any " +
      "other drawing.",
    "この画像はすでにネットワークの入力と同じ{height}×{width}ピクセルなので、切り抜きや中央寄せはせず、" +
      "どちらにもそのまま表示します。描き加えると、ほかの絵と同じように前処理します。",
  ],
  "see.more": ["About preprocessing", "前処理について"],
  "see.guides": ["Show frame and centre", "枠と中心を表示"],
  "see.by": ["Bars", "棒グラフ"],
  "see.by.probability": ["Probability", "確率"],
  "see.by.logit": ["Logit", "ロジット"],
  "see.prediction": ["predicts {label}, {percent}", "予測 {label}、{percent}"],
  "see.bars": [
    "The ten digits, with probability and logit",
    "10個の数字の確率とロジット",
  ],
  "see.bars.class": ["Classes, with probability and logit", "クラスの確率とロジット"],
  "see.others": ["{count} other classes: {share}", "ほかの{count}クラス：{share}"],
  "see.digit.class": ["Class", "クラス"],
  "see.about.logit.class": [
    "Logits are the network’s raw outputs; softmax turns them into probabilities.",
    "ロジットはネットワークの生の出力で、ソフトマックスが確率に変えます。",
  ],
  "see.digit": ["Digit", "数字"],
  "see.about.logit": [
    "Logits are the network’s raw outputs; softmax turns the ten into probabilities.",
    "ロジットはネットワークの生の出力で、ソフトマックスが10個を確率に変えます。",
  ],

  "tabs": ["Explore", "さらに調べる"],
  "tabs.draw": ["Draw", "描く"],
  "tabs.draw.title": ["Back to the canvas", "キャンバスに戻ります"],
  "panel.loading": ["Loading…", "読み込んでいます…"],
  "panel.failed": [
    "This part of the page could not be loaded: the connection is broken, or the server doesn’t answer.",
    "この部分を読み込めませんでした。接続が切れているか、サーバーが応答していません。",
  ],
  "panel.again": ["Try again", "もう一度試す"],
  "tabs.see": ["Input", "入力"],
  "tabs.ideas": ["Ideas", "思い描く数字"],
  "tabs.ideas.class": ["Ideas", "思い描く画像"],
  "tabs.watch": ["Watch", "探索"],
  "tabs.pixels": ["Pixels", "ピクセル"],
  "tabs.inside": ["Inside", "中を見る"],
  "tabs.distort": ["Distort", "変形"],
  "tabs.fool": ["Fool it", "だます"],
  "tabs.play": ["Play", "遊ぶ"],
  "tabs.train": ["Train", "学習"],

  "toast.close": ["Dismiss", "閉じる"],

  "foot.version": ["idea {version}", "idea {version}"],
  "help": ["Keyboard", "キーボード操作"],
  "help.canvas": ["On the canvas", "キャンバス上"],
  "help.everywhere": ["Anywhere", "どこでも"],
  "help.move": ["Move the pen", "ペンを動かす"],
  "help.fine": ["Move in small steps", "細かく動かす"],
  "help.lower": ["Lower or lift the pen; hold to draw", "ペンを下ろす・上げる（押している間だけ描くこともできます）"],
  "help.eraser": ["Pen or eraser", "ペンと消しゴムの切り替え"],
  "help.width": ["Thinner, thicker", "細く、太く"],
  "help.clear": ["Clear the canvas", "キャンバスを全部消す"],
  "help.escape": ["Lift the pen, or cancel the current stroke", "ペンを上げる、または描きかけの線を取り消す"],
  "help.undo": ["Undo, redo", "元に戻す、やり直す"],
  "help.paste": ["Paste a picture", "画像を貼り付ける"],
  "key.arrows": ["Arrow keys", "矢印キー"],
  "key.shift": ["Shift and arrow keys", "Shift＋矢印キー"],
  "key.space": ["Space", "スペース"],
};
