// @ts-check
/** Texts of the panel that shows what goes on inside a network. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "inside.view": ["What to look at", "見るもの"],
  "inside.view.lights": ["Its lights", "光る様子"],
  "inside.view.why": ["Why this answer", "この答えの理由"],
  "inside.loading": ["The network is being loaded…", "ネットワークを読み込んでいます…"],
  "inside.elsewhere": [
    "The server evaluates this network, so the page doesn’t know what its layers compute. “Why this " +
      "answer” works all the same.",
    "このネットワークはサーバーで計算されるため、層の中の値はこのページではわかりません。" +
      "「この答えの理由」は使えます。",
  ],
  "inside.draw": [
    "Draw something, and watch the network light up, from the image down to the answer.",
    "何か描くと、画像から答えまで、ネットワークが上から順に光ります。",
  ],
  "inside.hint": [
    "Each light is a unit: the brighter, the more your drawing excites it. Point at one to see what it " +
      "looks for.",
    "光の一つ一つが「ユニット」で、明るいほど絵に強く反応しています。指すと、何を探しているかがわかります。",
  ],
  "inside.off": ["off", "消えている"],
  "inside.on": ["brightest of its layer", "その層で最も明るい"],
  "inside.input": ["What it is given", "入力される画像"],
  "inside.pad": ["The drawing; draw here, too", "描いた絵。ここにも描けます"],
  "inside.pad.clear": ["Clear the drawing", "絵を消す"],
  "inside.outputs": ["Its answer", "答え"],
  "inside.layer": ["Layer {n}", "層{n}"],
  "inside.layer.lights": [
    "Layer {n}, {count} units: arrow keys lead from unit to unit, Enter searches what excites one.",
    "層{n}、ユニット{count}個：矢印キーで移動し、Enterキーで最も反応する画像を探します。",
  ],
  "inside.convolution": ["Convolution {n}", "畳み込み{n}"],
  "inside.convolution.lights": [
    "Convolution {n}, {count} maps of {high}×{wide}: arrow keys lead from map to map, Enter searches " +
      "what excites one.",
    "畳み込み{n}、{high}×{wide}のマップ{count}枚：矢印キーで移動し、" +
      "Enterキーで最も反応する画像を探します。",
  ],
  "inside.units": ["{count} units", "ユニット{count}個"],
  "inside.maps": ["{count} maps of {high}×{wide}", "{high}×{wide}のマップ{count}枚"],
  "inside.maps.pooled": ["{count} maps of {high}×{wide}, pooled to {pooled}", "{high}×{wide}のマップ{count}枚（プーリング後は{pooled}）"],

  "inside.unit.card": ["One unit", "ユニット"],
  "inside.unit.hint": [
    "Point at a light: here you see the real digit that excites it most, and the image that excites it even more.",
    "光を指すと、最も強く反応する本物の数字と、さらに強く反応する画像がここに表示されます。",
  ],
  "inside.unit.hint.class": [
    "Point at a light: here you see the real image that excites it most, and the image that excites it even more.",
    "光を指すと、最も強く反応する本物の画像と、さらに強く反応する画像がここに表示されます。",
  ],
  "inside.unit.title": ["{layer}, unit {unit} of {count}", "{layer}、ユニット{unit}（全{count}個）"],
  "inside.unit.map": ["{layer}, map {unit} of {count}", "{layer}、マップ{unit}（全{count}枚）"],
  "inside.now": ["For your drawing: {value}", "描いた絵では{value}"],
  "inside.now.off": ["For your drawing: off ({value})", "描いた絵では消えています（{value}）"],
  "inside.real.image": ["Strongest real digit: {a_label}", "最も強く反応する本物の数字：{label}"],
  "inside.real.image.class": ["Strongest real image: {a_label}", "最も強く反応する本物の画像：{label}"],
  "inside.real": [
    "Strongest of {count} real digits: {a_label}, {value}",
    "本物の数字{count}個のうち最も強い：{label}、{value}",
  ],
  "inside.real.class": [
    "Strongest of {count} real images: {a_label}, {value}",
    "本物の画像{count}枚のうち最も強い：{label}、{value}",
  ],
  "inside.real.none": ["Strongest real digit", "最も強く反応する本物の数字"],
  "inside.real.none.class": ["Strongest real image", "最も強く反応する本物の画像"],
  "inside.real.loading": ["Loading real digits…", "本物の数字を読み込んでいます…"],
  "inside.real.loading.class": ["Loading real images…", "本物の画像を読み込んでいます…"],
  "inside.real.trying": ["Trying real digits: {percent} %", "本物の数字を試しています：{percent} %"],
  "inside.real.trying.class": ["Trying real images: {percent} %", "本物の画像を試しています：{percent} %"],
  "inside.real.missing": [
    "There are no real digits here: this network’s data set isn’t known, or wasn’t downloaded to " +
      "where the page comes from.",
    "本物の数字がここにはありません。このネットワークのデータセットが不明か、" +
      "配信元にダウンロードされていません。",
  ],
  "inside.real.missing.class": [
    "There are no real images here: this network’s data set isn’t known, or wasn’t downloaded to " +
      "where the page comes from.",
    "本物の画像がここにはありません。このネットワークのデータセットが不明か、" +
      "配信元にダウンロードされていません。",
  ],
  "inside.ideal.image": ["The image that excites the unit most", "このユニットが最も強く反応する画像"],
  "inside.ideal.searching": ["Searching what excites it most…", "最も強く反応する画像を探しています…"],
  "inside.ideal": ["What it looks for: {value}{times}", "探しているもの：{value}{times}"],
  "inside.ideal.better": [
    "Search {run}, the best so far: {value}{times}", "探索{run}、これまでで最高：{value}{times}",
  ],
  "inside.ideal.worse": [
    "Search {run}: {value}{times}; the best so far: {best}",
    "探索{run}：{value}{times}。これまでの最高は{best}",
  ],
  "inside.readable": ["Without the noise", "ノイズなし"],
  "inside.ideal.readable.searching": [
    "Searching an image that excites it and looks like handwriting…",
    "強く反応し、手書きらしくもある画像を探しています…",
  ],
  "inside.ideal.readable.searching.class": [
    "Searching an image that excites it and is probable…",
    "強く反応し、もっともらしくもある画像を探しています…",
  ],
  "inside.ideal.readable": [
    "What it looks for, without the noise: {value}{times}", "探しているもの（ノイズなし）：{value}{times}",
  ],
  "inside.ideal.readable.again": [
    "Search {run}, without the noise: {value}{times}", "探索{run}（ノイズなし）：{value}{times}",
  ],
  "inside.times": [", {times}× the real one", "（本物の{times}倍）"],
  "inside.close": ["Close", "閉じる"],
  "inside.again": ["Search again", "探し直す"],
  "inside.again.title": ["Search from other noise", "別のノイズから探す"],

  "train.inside": ["Inside it", "その中"],
  "train.inside.drawing": ["How it lights up for your drawing, as it learns.", "学習しながら、描いた絵にどう光るかを示します。"],
  "train.inside.test": [
    "How it lights up for a test digit, as it learns; draw one, and it is for yours.",
    "学習しながら、テスト用の数字にどう光るかを示します。何か描けば、その絵になります。",
  ],
  "train.inside.test.class": [
    "How it lights up for a test image, as it learns; draw one, and it is for yours.",
    "学習しながら、テスト用の画像にどう光るかを示します。何か描けば、その絵になります。",
  ],

  "why.draw": ["Draw something to see why the network answers as it does.", "何か描くと、答えの理由がわかります。"],
  "why.title": ["Why {a_label}?", "なぜ{label}なのか"],
  "why.title.second": ["Why {a_label} and not {a_second}?", "なぜ{second}ではなく{label}なのか"],
  "why.second": ["Against the second answer", "2番目の答えと比べる"],
  "why.second.which": ["Against the second answer, {a_second}", "2番目の答え（{second}）と比べる"],
  "why.for": ["speaks for it", "答えを支える"],
  "why.against": ["speaks against it", "答えに反する"],
  "why.board": [
    "The drawing in black and white; arrow keys lead from pixel to pixel",
    "白黒にした絵。矢印キーでピクセルを移動します",
  ],
  "why.about": [
    "The marks will show how much of the answer rests on each pixel.",
    "答えが各ピクセルにどれだけ支えられているかが印で表示されます。",
  ],
  "why.about.first": [
    "A pixel’s share is what the logit of {label} ({whole}) would lose if that pixel alone were " +
      "flipped, of the drawing in black and white. The shares needn’t add up to the logit: pixels act together.",
    "ピクセルの持ち分は、白黒にした絵でそのピクセルだけを反転したときに{label}のロジット（{whole}）が" +
      "失う量です。ピクセルは互いに影響し合うので、合計がロジットになるとは限りません。",
  ],
  "why.about.second": [
    "A pixel’s share is what the lead of {label} over {second} ({whole}) would lose if that pixel " +
      "alone were flipped, of the drawing in black and white. The shares needn’t add up to the lead: pixels act together.",
    "ピクセルの持ち分は、白黒にした絵でそのピクセルだけを反転したときに{label}の{second}に対する" +
      "リード（{whole}）が失う量です。ピクセルは互いに影響し合うので、合計がリードになるとは限りません。",
  ],
  "why.most": [
    "The answer rests most on column {column}, row {row} ({value}): flipped, the logit of {label} changes by {lost}.",
    "答えを最も支えるのは列{column}、行{row}（{value}）です。反転すると{label}のロジットは{lost}変わります。",
  ],
  "why.most.second": [
    "The answer rests most on column {column}, row {row} ({value}): flipped, the lead over {second} changes by {lost}.",
    "答えを最も支えるのは列{column}、行{row}（{value}）です。反転すると{second}に対するリードは{lost}変わります。",
  ],
  "why.none": ["No single pixel supports the answer.", "答えを単独で支えるピクセルはありません。"],
  "why.place": [
    "Column {column}, row {row}, {value}: flipped, {lost}",
    "列{column}、行{row}、{value}：反転すると{lost}",
  ],
};
