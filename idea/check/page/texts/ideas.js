// @ts-check
/** Texts of the slider of noise, of the scale of logits, and of what other networks read. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "noise": ["How much noise the search leaves", "探索が残すノイズの量"],
  "noise.0": ["As the network wants it", "ネットワークが望むまま"],
  "noise.1": ["A little less noise", "ノイズ少し減"],
  "noise.2": ["Less noise", "ノイズ減"],
  "noise.3": ["Hardly any noise", "ノイズほぼなし"],
  "noise.4": ["Without the noise", "ノイズなし"],
  "noise.about": [
    "The noise is real: the network has learnt to tell digits apart, not to draw them, and each of " +
      "these specks raises its logit. Farther to the right, the search also asks how much an image " +
      "looks like handwriting, by a model that has seen 60,000 digits but none of their names.",
    "このノイズは本物です。ネットワークは数字を見分けることを学びましたが、描くことは学んで" +
      "いないので、点の一つ一つが数字のロジットを上げています。スライダーを右に動かすと、" +
      "探索は手書きらしさも考えに入れます。その手本は、6万個の数字を名前なしで学んだモデルです。",
  ],
  "noise.about.class": [
    "The noise is real: the network has learnt to tell images apart, not to draw them, and each of " +
      "these specks raises its logit. Farther to the right, the search also asks how probable an " +
      "image is, by a model of example images that knows none of their names.",
    "このノイズは本物です。ネットワークは画像を見分けることを学びましたが、描くことは学んで" +
      "いないので、点の一つ一つがロジットを上げています。スライダーを右に動かすと、" +
      "探索は画像のもっともらしさも考えに入れます。その手本は、名前なしで例を学んだモデルです。",
  ],
  "noise.about.smooth": [
    "The noise is real: the network has learnt to tell images apart, not to draw them, and each of " +
      "these specks raises its logit. Farther to the right, the search also prefers smooth images: " +
      "there is no model of such images here that could remove the noise. On your own machine, " +
      "python train.py --prior rbm --data … makes one for python -m idea.search --prior prior.npz.",
    "このノイズは本物です。ネットワークは画像を見分けることを学びましたが、描くことは学んで" +
      "いないので、点の一つ一つがロジットを上げています。スライダーを右に動かすと、" +
      "探索はなめらかな画像を好むようになります。ノイズを取り除くための画像のモデルは、この種類の画像には" +
      "ありません。お手元のパソコンでは python train.py --prior rbm --data … で作り、" +
      "python -m idea.search --prior prior.npz で使えます。",
  ],
  "noise.about.small": [
    "The noise is real: the network has learnt to tell digits apart, not to draw them, and each of " +
      "these specks raises its logit. Farther to the right, the search also asks how much an image " +
      "looks like handwriting, by a model that has seen 1,437 digits but none of their names.",
    "このノイズは本物です。ネットワークは数字を見分けることを学びましたが、描くことは学んで" +
      "いないので、点の一つ一つが数字のロジットを上げています。スライダーを右に動かすと、" +
      "探索は手書きらしさも考えに入れます。その手本は、1,437個の数字を名前なしで学んだモデルです。",
  ],

  "ideas.hint.prior": [
    "For each digit, the image with the largest energy that a search from random grey values found: the " +
      "network’s logit, its raw output for that digit, and how much the image looks like handwriting. " +
      "Another search may find a better one.",
    "各数字について、ランダムな濃淡から始めた探索で見つかった、エネルギーが最も大きい画像です。" +
      "エネルギーは、ロジット（その数字に対するネットワークの出力の生の値）と手書きらしさを足したものです。" +
      "別の探索なら、もっと良い画像が見つかるかもしれません。",
  ],
  "ideas.hint.prior.class": [
    "For each class, the image with the largest energy that a search from random grey values found: the " +
      "network’s logit, its raw output for that class, and how probable the image is. Another search may " +
      "find a better one.",
    "各クラスについて、ランダムな濃淡から始めた探索で見つかった、エネルギーが最も大きい画像です。" +
      "エネルギーは、ロジット（そのクラスに対するネットワークの出力の生の値）と画像のもっともらしさを" +
      "足したものです。別の探索なら、もっと良い画像が見つかるかもしれません。",
  ],
  "ideas.hint.smooth": [
    "For each class, the image with the largest energy that a search from random grey values found: the " +
      "network’s logit, its raw output for that class, and how smooth the image is. Another search may " +
      "find a better one.",
    "各クラスについて、ランダムな濃淡から始めた探索で見つかった、エネルギーが最も大きい画像です。" +
      "エネルギーは、ロジット（そのクラスに対するネットワークの出力の生の値）と画像のなめらかさを" +
      "足したものです。別の探索なら、もっと良い画像が見つかるかもしれません。",
  ],
  "ideas.searching": ["Searching…", "探索中…"],
  "ideas.plain": [
    "As the network wants it, {a_label}: logit {logit}{times}, probability {probability}",
    "ネットワークが望むままの{label}：ロジット{logit}{times}、確率{probability}",
  ],
  "ideas.times": ["{times}×", "{times}倍"],
  "ideas.times.spoken": [" ({times}× the best real one)", "（本物の最高の{times}倍）"],
  "scale.fill": ["this image’s logit", "この画像のロジット"],
  "scale.median": ["half of the real digits", "本物の数字の中央値"],
  "scale.median.class": ["half of the real images", "本物の画像の中央値"],
  "scale.best": ["best real digit (1×)", "本物の最高（1倍）"],
  "scale.best.class": ["best real image (1×)", "本物の最高（1倍）"],
  "scale.times": [
    "{times} times the logit of the best real {label} ({best}); half of them reach {half}.",
    "本物の{label}で最高のロジット（{best}）の{times}倍です。本物の半分は{half}に届きます。",
  ],

  "legibility": ["What other networks read", "ほかのネットワークの読み"],
  "legibility.reading": ["Reading…", "読み取り中…"],
  "legibility.one": ["{name}: {label}", "{name}：{label}"],
  "legibility.all": [
    "Read as {a_label} by {agreeing} of {count} other networks.",
    "ほかの{count}個のネットワークのうち{agreeing}個が{label}と読みました。",
  ],
};
