// @ts-check
/** Texts of the panels for distortions and for fooling the network. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "distort.hint": [
    "Distort your drawing step by step, and see when the prediction changes.",
    "絵を少しずつ変形して、予測がいつ変わるかを確かめましょう。",
  ],
  "distort.empty": [
    "Draw a digit on the canvas first.",
    "まず、キャンバスに数字を描いてください。",
  ],
  "distort.empty.class": ["Draw on the canvas first.", "まず、キャンバスに描いてください。"],
  "distort.noise": ["Noise", "ノイズ"],
  "distort.noise.done": ["noise: {count}", "ノイズ {count}"],
  "distort.shift": ["Shift", "ずらす"],
  "distort.shift.done": ["shifted {direction} {count}", "ずらす {direction} {count}"],
  "distort.rotate": ["Rotate", "回転"],
  "distort.rotate.done": ["rotated {degrees}°", "回転 {degrees}°"],
  "distort.thicken": ["Thicken", "太くする"],
  "distort.thicken.done": ["thickened {radius}", "太く {radius}"],
  "distort.thin": ["Thin", "細くする"],
  "distort.thin.done": ["thinned {radius}", "細く {radius}"],
  "distort.strength": ["Strength", "強さ"],
  "distort.undo": ["Undo", "元に戻す"],
  "distort.first": ["Reset", "最初に戻す"],
  "distort.first.step": ["original", "元の絵"],
  "distort.history": ["Distortions and predictions", "変形と予測の履歴"],
  "distort.image": ["Distorted drawing", "変形した絵"],
  "distort.image.first": ["Original drawing", "元の絵"],
  "distort.waiting": ["…", "…"],
  "distort.no_digit": ["no digit", "数字なし"],
  "distort.no_digit.class": ["nothing found", "画像なし"],
  "distort.drawn": ["as drawn: {label}", "描いたまま：{label}"],
  "distort.unchanged": ["still {a_label}", "まだ{label}"],
  "distort.changed": ["no longer {a_label}", "もう{label}ではない"],

  "fool.hint": [
    "Flipping a few well-chosen pixels can change the prediction.",
    "うまく選んだ数ピクセルを反転するだけで、予測が変わることがあります。",
  ],
  "fool.from": ["Image", "使う画像"],
  "fool.drawing": ["My drawing", "自分の絵"],
  "fool.idea": ["The network’s idea", "ネットワークが思い描く数字"],
  "fool.idea.class": ["The network’s idea", "ネットワークが思い描く画像"],
  "fool.idea.digit.class": ["Idea of", "思い描いた画像"],
  "fool.idea.digit": ["Idea of", "思い描いた数字"],
  "fool.empty": [
    "Draw a digit on the canvas first, or use the network’s idea.",
    "まずキャンバスに数字を描くか、ネットワークが思い描く数字を使ってください。",
  ],
  "fool.empty.class": [
    "Draw on the canvas first, or use the network’s idea.",
    "まずキャンバスに描くか、ネットワークが思い描く画像を使ってください。",
  ],
  "fool.image": ["Original image", "元の画像"],
  "fool.after.image": ["The image with the flipped pixels marked", "反転したピクセルに印を付けた画像"],
  "fool.prediction": [
    "In black and white, the network classifies it as {a_label}: {share}.",
    "白黒にすると、ネットワークは{label}と判断します（{share}）。",
  ],
  "fool.target": ["Target digit", "目標の数字"],
  "fool.target.class": ["Target class", "目標のクラス"],
  "fool.start": ["Fool it", "だます"],
  "fool.stop": ["Stop", "中止"],
  "fool.working": [
    "Searching for flips. This can take a few seconds.",
    "反転するピクセルを探しています。数秒かかることがあります。",
  ],
  "fool.drawing.many": [
    "{count} flips turn your {label} into {a_target}",
    "{count}ピクセルの反転で、あなたの{label}が{target}になりました",
  ],
  "fool.drawing.one": [
    "A single flip turns your {label} into {a_target}",
    "1ピクセルの反転で、あなたの{label}が{target}になりました",
  ],
  "fool.idea.many": [
    "{count} flips turn the idea of {a_label} into {a_target}",
    "{count}ピクセルの反転で、思い描いた{label}が{target}になりました",
  ],
  "fool.idea.one": [
    "A single flip turns the idea of {a_label} into {a_target}",
    "1ピクセルの反転で、思い描いた{label}が{target}になりました",
  ],
  "fool.failed": [
    "Not fooled: after {count} flips this {label} is still not {a_target}.",
    "だませませんでした。{count}ピクセルを反転しても、この{label}は{target}になりません",
  ],
  "fool.before": ["Before: {label}, {share}", "変更前：{label}（{share}）"],
  "fool.after": ["After: {label}, {share}", "変更後：{label}（{share}）"],
  "fool.meanwhile": ["Now: {label}", "途中：{label}"],
  "fool.leads": [
    "{at} of {count} flips: {target} leads by {margin}.",
    "{count}回中{at}回目の反転：{target}のロジットが{margin}上回っています。",
  ],
  "fool.behind": [
    "{at} of {count} flips: {target} trails by {margin}.",
    "{count}回中{at}回目の反転：{target}のロジットはあと{margin}足りません。",
  ],
  "fool.flips": ["flips", "反転数"],
  "fool.margin": ["margin of the target", "目標の数字のリード（ロジットの差）"],
  "fool.margin.class": ["margin of the target", "目標のクラスのリード（ロジットの差）"],
  "fool.curve.class": ["Margin of the target after each flip", "反転ごとの、目標のクラスのリード（ロジットの差）"],
  "fool.curve": ["Margin of the target after each flip", "反転ごとの、目標の数字のリード（ロジットの差）"],
  "fool.added": ["added", "加えた"],
  "fool.removed": ["removed", "消した"],
};
