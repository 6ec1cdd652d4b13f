// @ts-check
/** Texts of the panel that trains networks. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "train.hint": [
    "Train a network of your own on handwritten digits, here in the page. Nothing leaves your machine.",
    "手書き数字で自分のネットワークを学習させます。計算はすべてこのページの中で行われ、" +
      "データが外に送られることはありません。",
  ],
  "train.hint.class": [
    "Train a network of your own, here in the page. Nothing leaves your machine.",
    "自分のネットワークを学習させます。計算はすべてこのページの中で行われ、データが外に送られることはありません。",
  ],
  "train.data": [
    "It learns from {title}, {size}, as the network that is chosen.",
    "選択中のネットワークと同じ{title}（{size}）で学習します。",
  ],
  "train.data.usual": [
    "Of the network that is chosen there are no training images here, so it learns from {title}, {size}.",
    "選択中のネットワークの学習用画像がここにないため、{title}（{size}）で学習します。",
  ],
  "train.small": [
    "For images of {size} the CNN has {count} convolutions; the article’s three need larger ones.",
    "{size}の画像では、CNNの畳み込みは{count}層です。記事の3層にはもっと大きな画像が必要です。",
  ],
  "train.settings": ["Settings of the training", "学習の設定"],
  "train.kind": ["Kind of network", "ネットワークの種類"],
  "train.cnn": ["CNN", "CNN"],
  "train.mlp": ["MLP", "MLP"],
  "train.units": ["Units of a layer", "各層のユニット数"],
  "train.units.title": ["Of each of the two hidden layers", "2つの隠れ層それぞれのユニット数"],
  "train.optimiser": ["Optimiser", "最適化手法"],
  "train.rate": ["Learning rate", "学習率"],
  "train.rate.title": ["How far each step changes the weights", "1ステップで重みをどれだけ変えるか"],
  "train.batch": ["Batch", "バッチ"],
  "train.batch.title": ["Digits in each step", "1ステップに使う数字の数"],
  "train.batch.title.class": ["Images in each step", "1ステップに使う画像の数"],
  "train.epochs": ["Epochs", "エポック"],
  "train.epochs.title": ["How often each digit is seen", "それぞれの数字を何回見るか"],
  "train.epochs.title.class": ["How often each image is seen", "それぞれの画像を何回見るか"],
  "train.count": ["Digits", "数字の数"],
  "train.count.title": [
    "Digits to train with; a tenth of them only measures (validation)",
    "学習に使う数字の数。その1割は測定（検証）だけに使います",
  ],
  "train.count.class": ["Images", "画像の数"],
  "train.count.title.class": [
    "Images to train with; a tenth of them only measures (validation)",
    "学習に使う画像の数。その1割は測定（検証）だけに使います",
  ],
  "train.noise": ["Noise", "ノイズ"],
  "train.noise.title": ["The share of pixels that are inverted", "反転するピクセルの割合"],
  "train.radius": ["Adversarial", "敵対的"],
  "train.radius.title": [
    "Trains with digits whose pixels were changed, by up to so much, to mislead the network",
    "ネットワークが間違えるように、各ピクセルをこの値まで変えた数字で学習します",
  ],
  "train.radius.title.class": [
    "Trains with images whose pixels were changed, by up to so much, to mislead the network",
    "ネットワークが間違えるように、各ピクセルをこの値まで変えた画像で学習します",
  ],
  "train.none": ["none", "なし"],

  "train.start": ["Train", "学習を始める"],
  "train.both": ["Train both", "両方を学習"],
  "train.both.title": [
    "The same network twice, ordinary and then adversarial (by {radius}, unless another is chosen), to compare their ideas",
    "同じネットワークを、普通に、続いて敵対的に（選択がなければ{radius}で）学習させ、思い描くものを比べます",
  ],
  "train.pause": ["Pause", "一時停止"],
  "train.resume": ["Continue", "再開"],
  "train.stop": ["Stop", "終える"],

  "train.checking": ["Looking for TensorFlow.js…", "TensorFlow.jsを探しています…"],
  "train.fetching": [
    "The server is fetching TensorFlow.js, once…",
    "サーバーがTensorFlow.jsを取得しています（初回のみ）…",
  ],
  "train.fetching.images": [
    "The server is preparing the digits, once…",
    "サーバーが数字のデータを準備しています（初回のみ）…",
  ],
  "train.fetching.images.class": [
    "The server is preparing the images, once…",
    "サーバーが画像のデータを準備しています（初回のみ）…",
  ],
  "train.ready": ["Ready.", "準備ができました。"],
  "train.ready.kept": [
    "Ready. Trained here before: {names}. Curves and films aren’t kept.",
    "準備ができました。以前ここで学習させたもの：{names}。曲線と動画は保存されません。",
  ],
  "train.loading": ["Loading digits: {percent}", "数字を読み込んでいます：{percent}"],
  "train.loading.class": ["Loading images: {percent}", "画像を読み込んでいます：{percent}"],
  "train.starting": ["Starting…", "始めています…"],
  "train.resumed": ["Training…", "学習しています…"],
  "train.testing": ["Testing…", "テストしています…"],
  "train.progress": ["Progress of the training", "学習の進み具合"],
  "train.step": ["step {step} of {steps}", "{steps}ステップ中 {step}"],
  "train.paused": ["Paused.", "一時停止中です。"],
  "train.hidden": [
    "Paused while the page is out of sight; then it continues.",
    "ページが表示されていない間、一時停止しています。表示されると再開します。",
  ],
  "train.closed": [
    "Paused while this panel is closed; then it continues.",
    "このパネルを閉じている間、一時停止しています。開くと再開します。",
  ],
  "train.ended": [
    "{name}, trained in {seconds} s: {accuracy} of the test digits are classified right.",
    "{name}を{seconds}秒で学習しました。テスト用の数字の正解率は{accuracy}です。",
  ],
  "train.ended.class": [
    "{name}, trained in {seconds} s: {accuracy} of the test images are classified right.",
    "{name}を{seconds}秒で学習しました。テスト用の画像の正解率は{accuracy}です。",
  ],
  "train.missing.tensorflow": [
    "TensorFlow.js, which trains networks, is missing here; everything else works. On your own machine " +
      "python -m idea.check fetches it once, with npm and a connection to its registry; the log says what " +
      "fails. It is included in sites that python -m idea.check --export then writes.",
    "学習に使うTensorFlow.jsがここにはありません。ほかの機能はすべて使えます。お手元のパソコンでは、" +
      "npmとそのレジストリへの接続があれば、python -m idea.check が初回に取得します（失敗した理由は" +
      "ログに表示されます）。そのあと python -m idea.check --export で書き出すサイトにも含まれます。",
  ],
  "train.missing.images": [
    "The images to train with ({title}) are missing here; everything else works. On your own machine " +
      "python -m idea.check fetches them once; the log says what fails. They are included in sites that " +
      "python -m idea.check --export then writes.",
    "学習に使う画像（{title}）がここにはありません。ほかの機能はすべて使えます。お手元のパソコンでは、" +
      "python -m idea.check が初回に取得します（失敗した理由はログに表示されます）。そのあと " +
      "python -m idea.check --export で書き出すサイトにも含まれます。",
  ],
  "train.failed": [
    "The training ended early: {text}",
    "学習が途中で終わりました：{text}",
  ],
  "train.diverged": [
    "The training ended early: the loss grew beyond all numbers. A smaller learning rate helps.",
    "損失が発散したため、学習が途中で終わりました。学習率を小さくしてみてください。",
  ],
  "train.memory": [
    "The training ended early: there is too little memory ({text}). Fewer units or a smaller batch need less.",
    "メモリーが足りないため、学習が途中で終わりました（{text}）。ユニット数やバッチを小さくしてみてください。",
  ],
  "train.silent": [
    "The training ended early: it gave no sign of life for a minute. Fewer units or a smaller batch need less memory.",
    "1分間反応がなかったため、学習を終えました。ユニット数やバッチを小さくすると、必要なメモリーが減ります。",
  ],

  "train.row.before": ["was trained in an earlier visit", "以前に学習させたもの"],
  "train.row.later": ["is trained next", "次に学習します"],
  "train.between": [
    "{name} is trained. Its ideas are found before the next training begins…",
    "{name}の学習が終わりました。思い描くものを探し終えると、次の学習が始まります…",
  ],
  "train.row.now": ["is being trained…", "学習中…"],
  "train.kept": [
    "{accuracy} right. It is among the page’s networks now, and kept in this browser.",
    "正解率{accuracy}。このページのネットワークに加わり、このブラウザーに保存されました。",
  ],
  "train.added": [
    "{accuracy} right. It is among the page’s networks now. This browser couldn’t keep it: save it before you leave.",
    "正解率{accuracy}。このページのネットワークに加わりました。このブラウザーには保存できなかったので、" +
      "ページを離れる前に保存してください。",
  ],
  "train.use": ["Try it on a drawing", "描いて試す"],
  "train.see": ["Its ideas", "思い描く数字"],
  "train.see.class": ["Its ideas", "思い描く画像"],
  "train.fool": ["Fool it", "だます"],
  "train.safetensors": [".safetensors", ".safetensors"],
  "train.safetensors.title": [
    "Save the network; idea.load_model opens it",
    "ネットワークを保存します。idea.load_model で開けます",
  ],
  "train.tfjs": ["model.json", "model.json"],
  "train.tfjs.title": [
    "Save for TensorFlow.js: two files that belong together",
    "TensorFlow.js用に保存します。2つのファイルは一緒に使います",
  ],
  "train.dat": [".dat", ".dat"],
  "train.dat.title": ["Save the bare weights, as in the articles", "記事と同じ形式で、重みだけを保存します"],

  "train.ideas": ["Its ideas, as it learns", "学習とともに変わる「思い描く数字」"],
  "train.ideas.class": ["Its ideas, as it learns", "学習とともに変わる「思い描く画像」"],
  "train.ideas.about": [
    "For each digit, an image that the network scores highly, and its logit. The search goes on from image " +
      "to image while the network learns. Another network that you train, such as an adversarial one, stands below: " +
      "both are shown after as many steps. The slider’s left end shows best how they differ.",
    "それぞれの数字について、ネットワークの得点が高い画像と、そのロジットです。学習が進むたびに、" +
      "前の画像から探索を続けます。敵対的に学習させたものなど、もう1つ学習させると下に並び、同じステップ数での画像を比べられます。違いはスライダーの左端でいちばんよくわかります。",
  ],
  "train.ideas.about.class": [
    "For each class, an image that the network scores highly, and its logit. The search goes on from image " +
      "to image while the network learns. Another network that you train, such as an adversarial one, stands below: " +
      "both are shown after as many steps. The slider’s left end shows best how they differ.",
    "それぞれのクラスについて、ネットワークの得点が高い画像と、そのロジットです。学習が進むたびに、" +
      "前の画像から探索を続けます。敵対的に学習させたものなど、もう1つ学習させると下に並び、同じステップ数での画像を比べられます。違いはスライダーの左端でいちばんよくわかります。",
  ],
  "train.ideas.searching": ["Searching in the network as it is now…", "今のネットワークで探しています…"],
  "train.ideas.found": ["All searches are done.", "探索は終わりました。"],
  "train.save": ["Save the film", "動画を保存"],
  "train.save.title": ["As an animated PNG", "アニメーションPNGとして保存します"],
  "train.film.tested": ["{moment}: {accuracy} right", "{moment}：正解率{accuracy}"],
  "train.film.fooled": [
    "{moment}: {accuracy} right; {count} flips fool it on average",
    "{moment}：正解率{accuracy}、平均{count}回の反転でだまされる",
  ],
  "train.film": ["{name} after {step} steps", "{name}：{step}ステップ後"],

  "train.confusion": ["Test digits", "テスト用の数字"],
  "train.confusion.class": ["Test images", "テスト用の画像"],
  "train.confusion.about": [
    "Rows: what the digits are. Columns: what the network answers. Choose a number to see its digits.",
    "行は正しい数字、列はネットワークの答えです。数を選ぶと、その画像が表示されます。",
  ],
  "train.confusion.about.class": [
    "Rows: what the images show. Columns: what the network answers. Choose a number to see its images.",
    "行は正しいクラス、列はネットワークの答えです。数を選ぶと、その画像が表示されます。",
  ],
  "train.cell": ["{label} read as {answer}: {count}", "{label}を{answer}と判断：{count}枚"],
  "train.mistakes": ["All mistakes: {count}", "間違い：全{count}枚"],
  "train.some": ["The first {count} are shown.", "最初の{count}枚を表示しています。"],
  "train.digit": ["A handwritten {label}", "手書きの{label}"],
  "train.digit.class": ["A test image: {label}", "テスト用の画像：{label}"],
  "train.digit.copy": ["Copy this {label} to the canvas", "この{label}をキャンバスにコピー"],
  "train.digit.copy.class": ["Copy this image ({label}) to the canvas", "この画像（{label}）をキャンバスにコピー"],

  "train.backend.wasm": [
    "Computed on your processor, by WebAssembly.",
    "プロセッサー上のWebAssemblyで計算しています。",
  ],
  "train.backend.faster": [
    "Computed on your processor, by WebAssembly, which is faster here than the graphics card, {device}.",
    "プロセッサー上のWebAssemblyで計算しています。ここではグラフィックスカード（{device}）より高速です。",
  ],
  "train.backend.lost": [
    "The graphics card was lost: it goes on, from the last good weights, on your processor by WebAssembly.",
    "グラフィックスカードが使えなくなったため、直前の重みから、プロセッサー上のWebAssemblyで続けています。",
  ],
  "train.backend.webgpu": [
    "Computed on your graphics card, by WebGPU: {device}.",
    "グラフィックスカード上のWebGPUで計算しています：{device}",
  ],
  "train.backend.webgl": [
    "Computed on your graphics card, by WebGL: {device}.",
    "グラフィックスカード上のWebGLで計算しています：{device}",
  ],

  "train.steps": ["steps", "ステップ"],
  "train.loss": ["Loss", "損失"],
  "train.accuracy": ["Accuracy (%)", "正解率（%）"],
  "train.training": ["training", "学習用"],
  "train.validation": ["validation", "検証用"],
  "train.chart": [
    "{name} by step; at last {training} in training, {validation} in validation",
    "ステップごとの{name}。最新の値：学習用 {training}、検証用 {validation}",
  ],
};
