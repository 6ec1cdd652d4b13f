// @ts-check
/** Texts about files of the site, and about networks that the page opens by itself. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "format.damaged": [
    "{name} can’t be read as {kind}: {text}. Save, copy or download the file once more.",
    "{name}は{kind}として読み込めません：{text}。もう一度保存、コピー、またはダウンロードしてください。",
  ],
  "file.network": [
    "The network {name} could not be loaded, and isn’t in this browser yet: it needs a connection once.",
    "ネットワーク「{name}」を読み込めませんでした。まだこのブラウザーにないため、一度インターネットへの接続が必要です。",
  ],
  "file.prior": [
    "The model of handwriting that removes the noise could not be loaded, and isn’t in this browser yet: " +
      "it needs a connection once. At the left end, the slider does without it.",
    "ノイズを取り除くための手書きらしさのモデルを読み込めませんでした。まだこのブラウザーにないため、" +
      "一度インターネットへの接続が必要です。スライダーの左端では使いません。",
  ],
  "file.prior.class": [
    "The model of probable images that removes the noise could not be loaded, and isn’t in this browser " +
      "yet: it needs a connection once. At the left end, the slider does without it.",
    "ノイズを取り除くための画像のモデルを読み込めませんでした。まだこのブラウザーにないため、" +
      "一度インターネットへの接続が必要です。スライダーの左端では使いません。",
  ],
  "file.images": [
    "The images of {name} could not be loaded, and aren’t in this browser yet: they need a connection once.",
    "{name}の画像を読み込めませんでした。まだこのブラウザーにないため、一度インターネットへの接続が必要です。",
  ],
  "file.training": [
    "{address}, which training needs, could not be loaded, and isn’t in this browser yet: it needs a connection once.",
    "学習に必要なファイル（{address}）を読み込めませんでした。まだこのブラウザーにないため、一度" +
      "インターネットへの接続が必要です。",
  ],
  "format.unknown": [
    "{name} is of no format that this page reads. It opens weights as .dat, .npz, .safetensors and .onnx, " +
      "TensorFlow.js’ model.json, and models of Keras.",
    "{name}はこのページで扱える形式ではありません。開けるのは .dat、.npz、.safetensors、.onnx、" +
      "TensorFlow.jsのmodel.json、Kerasのモデルです。",
  ],
  "format.network": [
    "{name}: found {text}. This page evaluates dense layers, with convolutions before them, and ReLU " +
      "between them. Others run on your own machine: python -m idea.check --model \"{name}\"",
    "{name}：{text}。このページで計算できるのは、畳み込み層と全結合層を順につなぎ、間にReLUを置いた" +
      "ネットワークです。ほかはお手元のパソコンで使えます。python -m idea.check --model \"{name}\"",
  ],
  "format.size": [
    "{name} does not give the size of its images: {text}.",
    "{name}からは画像の大きさがわかりません：{text}。",
  ],
  "foot.lessons": ["Lessons for a class", "授業のためのレッスン"],
  "foot.project": ["The project", "プロジェクト"],
  "foot.licence": ["Licence (MIT)", "ライセンス（MIT）"],
  "offline.newer": [
    "A newer version of this page has arrived: reload the page to see it.",
    "このページの新しい版が届きました。再読み込みすると表示されます。",
  ],
  "model.kept.server": [
    "{name} is kept by the server until that is restarted, and isn’t kept in this browser.",
    "{name}はサーバーが再起動するまでサーバーに残ります。このブラウザーには保存されません。",
  ],
  "model.kept.nowhere": [
    "{name} is here until you leave the page: this browser has no room to keep it.",
    "{name}はこのブラウザーに保存できなかったため、ページを閉じると使えなくなります。",
  ],
  "model.kept.browser": [
    "{name} is kept in this browser, for your next visit. It is not sent anywhere.",
    "{name}はこのブラウザーに保存され、次に開いたときも使えます。どこにも送信されません。",
  ],
  "model.gone": [
    "This browser no longer has the network. Open its file again.",
    "このブラウザーにネットワークが残っていません。もう一度ファイルを開いてください。",
  ],
  "model.forget": ["Forget", "削除"],
  "model.forgotten": ["{name} is no longer kept in this browser.", "{name}をこのブラウザーから削除しました。"],
  "format.beside": [
    "{name} keeps its weights in {files}. Choose or drop these files together with it.",
    "{name}の重みは{files}にあります。一緒に選ぶかドロップしてください。",
  ],
  "nearest.loading": [
    "Loading the training images of {name} …",
    "{name}の学習用画像を読み込んでいます …",
  ],
  "data.damaged": [
    "{address} is damaged. Reloading the page may help.",
    "{address}が壊れています。ページを再読み込みすると直るかもしれません。",
  ],
};
