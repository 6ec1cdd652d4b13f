// @ts-check
/** Texts of the page around the panels. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "percent": ["{n}\u00a0%", "{n}%"],
  "percent.over": [">\u00a0{n}\u00a0%", "{n}%超"],
  "percent.under": ["<\u00a0{n}\u00a0%", "{n}%未満"],

  "head.about": [
    "Draw a digit, and find out what a neural network has in mind.",
    "数字を描いて、ニューラルネットワークの頭の中をのぞいてみましょう。",
  ],
  "head.language": ["Language", "言語"],
  "theme": ["Colours", "配色"],
  "theme.system": ["As the system", "システムに合わせる"],
  "theme.light": ["Light", "ライト"],
  "theme.dark": ["Dark", "ダーク"],

  "model": ["Network", "ネットワーク"],
  "model.open": ["Open a file…", "ファイルを開く…"],
  "model.open.title": [
    "Open a network of your own: {accepts}",
    "お手持ちのネットワークを開きます（{accepts}）",
  ],
  "model.opened": ["{name} now answers.", "これからは{name}が答えます。"],
  "model.forgotten": [
    "The server has forgotten {name}, so {other} answers now. Open the file again to go on with it.",
    "サーバーに{name}が残っていないため、{other}が答えます。" +
      "続けて使うには、もう一度ファイルを開いてください。",
  ],
  "model.accuracy": ["{name}, {percent}", "{name}（{percent}）"],
  "model.layers": ["{name}: {network}", "{name}：{network}"],
  "model.about": [
    "The percentage tells how many of MNIST’s 10,000 test digits a network reads right",
    "パーセントは、MNISTのテスト用数字10,000個に対する正解率です",
  ],

  "draw": ["Draw", "描く"],
  "draw.here": ["Draw a digit here", "ここに数字を描いてください"],
  "draw.canvas": [
    "Drawing canvas. Arrow keys move the brush, Space lowers and lifts it.",
    "描画キャンバス。矢印キーで筆を動かし、スペースキーで筆を下ろしたり上げたりします。",
  ],
  "draw.tool": ["Tool", "道具"],
  "draw.pen": ["Pen", "ペン"],
  "draw.eraser": ["Eraser", "消しゴム"],
  "draw.width": ["Width", "太さ"],
  "draw.undo": ["Undo", "元に戻す"],
  "draw.redo": ["Redo", "やり直す"],
  "draw.clear": ["Clear", "全部消す"],
  "draw.open": ["Picture…", "画像…"],
  "draw.open.title": [
    "A photo or a scan of a digit, or a dump (.vf)",
    "数字の写真やスキャン画像、またはダンプ（.vf）",
  ],
  "draw.lowered": ["Brush lowered", "筆を下ろしました"],
  "draw.lifted": ["Brush lifted", "筆を上げました"],
  "draw.width.now": ["Width {width}", "太さ {width}"],
  "draw.undone": ["Undone", "元に戻しました"],
  "draw.redone": ["Redone", "やり直しました"],
  "draw.cleared": ["Canvas cleared", "キャンバスを消しました"],

  "answer": ["The answer", "答え"],
  "answer.none": ["Your turn", "描いてみましょう"],
  "answer.none.more": [
    "The answer keeps up with your pen.",
    "筆の動きに合わせて答えが変わります。",
  ],
  "answer.faint": ["Too little ink", "線が足りません"],
  "answer.faint.more": [
    "Not enough to make out a digit. Draw on.",
    "数字を見分けるには、もう少し線が必要です。",
  ],
  "answer.lost": ["No digit found", "数字が見つかりません"],
  "answer.lost.more": [
    "No strokes stand out from the background. Erase some of it, or clear the canvas.",
    "背景から浮き出て見える線がありません。一部を消すか、全部消して描き直してください。",
  ],
  "answer.away": ["No answer", "答えがありません"],
  "answer.away.more": [
    "The network could not be asked. Draw on to try again.",
    "ネットワークに尋ねられませんでした。続けて描くと、もう一度尋ねます。",
  ],
  "answer.sure": ["Clearly {digit}", "間違いなく {digit}"],
  "answer.likely": ["Probably {digit}", "たぶん {digit}"],
  "answer.perhaps": ["Perhaps {digit}", "もしかすると {digit}"],
  "answer.unsure": ["Not sure: {digit}\u00a0or\u00a0{second}", "{digit} か {second} か迷っています"],
  "answer.share": ["{percent} probability", "確率 {percent}"],
  "answer.shares": ["{percent} or {other}", "確率 {percent} または {other}"],

  "see": ["What the network sees", "ネットワークに見えているもの"],
  "see.prepared": ["Prepared", "整えた画像"],
  "see.drawn": ["As drawn", "描いたまま"],
  "see.trust": ["trust this one", "信頼できる答え"],
  "see.prepared.image": [
    "The drawing, cut out, fitted and centred, in 28 by 28 pixels",
    "描いた数字を切り抜き、大きさをそろえて中央に置いた28×28ピクセルの画像",
  ],
  "see.drawn.image": [
    "The whole canvas in 28 by 28 pixels",
    "キャンバス全体を28×28ピクセルにした画像",
  ],
  "see.why": [
    "The network learnt from digits that had been cut out, fitted to 20 × 20 pixels and centred " +
      "by their mass. That is how yours is prepared. As drawn, small or off to one side, it looks " +
      "like nothing the network has ever met. The amber frame holds the same in both.",
    "ネットワークは、切り抜いて20×20ピクセルに収め、重心を中央に合わせた数字で学習しました。" +
      "描いた数字も同じように整えています。描いたままだと、小さかったり端に寄っていたりして、" +
      "ネットワークが一度も見たことのない画像になります。琥珀色の枠の中身は、どちらも同じです。",
  ],
  "see.placed": [
    "This image has 28 × 28 pixels already, as many as the network reads, so nothing is cut out " +
      "or centred: both views show it as it is. Once you draw on it, it is prepared like any " +
      "other drawing.",
    "この画像は、ネットワークが読み取るのと同じ28×28ピクセルです。切り抜きや中央寄せはせず、" +
      "どちらにもそのまま表示しています。描き加えると、ほかの絵と同じように整えます。",
  ],
  "see.guides": ["Show frame and centre", "枠と中心を表示"],
  "see.by": ["Bars", "棒グラフ"],
  "see.by.probability": ["Probability", "確率"],
  "see.by.logit": ["Logit", "ロジット"],
  "see.says": ["reads {digit}, {percent}", "{digit} と判断、{percent}"],
  "see.bars": [
    "The ten digits, with probability and logit",
    "10個の数字の確率とロジット",
  ],
  "see.digit": ["Digit", "数字"],
  "see.about.logit": [
    "The logit is the network’s raw score; the ten together make the probabilities.",
    "ロジットはネットワークが出す生の得点で、10個の得点から確率が決まります。",
  ],

  "tabs": ["Look further", "もっと見る"],
  "tabs.ideas": ["Ideas", "理想の数字"],
  "tabs.watch": ["Watch it think", "考える様子"],
  "tabs.pixels": ["Pixels", "ピクセル"],
  "tabs.shake": ["Shake it", "揺さぶる"],
  "tabs.fool": ["Fool it", "だます"],

  "drop.here": [
    "Drop a picture, a dump or a network",
    "画像、ダンプ、またはネットワークのファイルをドロップしてください",
  ],
  "open.large": [
    "{name} is too large: {size} MB, where {limit} MB can be opened.",
    "{name}は大きすぎます（{size} MB）。開けるのは{limit} MBまでです。",
  ],
  "open.pixels": [
    "{name} has {size} million pixels; a picture may have {limit} million.",
    "{name}は{size}百万ピクセルあります。開ける画像は{limit}百万ピクセルまでです。",
  ],
  "open.picture": [
    "{name} can’t be read as a picture.",
    "{name}は画像として読み込めません。",
  ],
  "open.blank": [
    "No ink was found in {name}: is there a digit on it that stands out from its background?",
    "{name}に線が見つかりませんでした。背景とはっきり見分けられる数字が写っているか確かめてください。",
  ],
  "open.placed": ["{name} is on the canvas.", "{name}をキャンバスに置きました。"],

  "server.said": ["The server says: {text}", "サーバーからのメッセージ：{text}"],
  "server.gone": [
    "The server does not answer. Is it still running?",
    "サーバーから応答がありません。まだ動いているか確かめてください。",
  ],
  "server.left": [
    "The server broke off before the end.",
    "サーバーが途中で応答をやめました。",
  ],
  "fail.unknown": ["Something went wrong: {text}", "問題が起きました：{text}"],
  "fail.site": [
    "The page could not find out what it can do. Please reload it.",
    "必要な情報を読み込めませんでした。ページを再読み込みしてください。",
  ],
  "toast.close": ["Dismiss", "閉じる"],

  "foot.version": ["idea {version}", "idea {version}"],
  "help": ["Keyboard", "キーボード操作"],
  "help.canvas": ["On the canvas", "キャンバス上"],
  "help.everywhere": ["Everywhere", "どこでも"],
  "help.move": ["Move the brush", "筆を動かす"],
  "help.fine": ["Move it in small steps", "細かく動かす"],
  "help.lower": ["Lower or lift the brush; hold it to draw", "筆を下ろす・上げる（押している間だけ描くこともできます）"],
  "help.eraser": ["Pen or eraser", "ペンと消しゴムの切り替え"],
  "help.width": ["Thinner, thicker", "細く、太く"],
  "help.clear": ["Clear the canvas", "キャンバスを全部消す"],
  "help.escape": ["Lift the brush, or take back the stroke under way", "筆を上げる、または描きかけの線を取り消す"],
  "help.undo": ["Undo, redo", "元に戻す、やり直す"],
  "help.paste": ["Paste a picture", "画像を貼り付ける"],
  "key.arrows": ["Arrow keys", "矢印キー"],
  "key.shift": ["Shift and arrow keys", "Shift＋矢印キー"],
  "key.space": ["Space", "スペース"],
};
