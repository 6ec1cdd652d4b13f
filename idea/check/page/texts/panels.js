// @ts-check
/** Texts of the panels. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "panels.retry": ["Try again", "もう一度試す"],

  "keep.place": ["Put it on the canvas", "キャンバスに置く"],
  "keep.placed": ["It is on the canvas now.", "キャンバスに置きました。"],
  "keep.png": ["PNG", "PNG"],
  "keep.png.title": ["Save as a picture", "画像として保存"],
  "keep.dump": [".vf", ".vf"],
  "keep.dump.title": ["Save the exact numbers of its pixels", "ピクセルの値をそのまま保存"],
  "keep.gif": ["GIF", "GIF"],
  "keep.gif.title": ["Save as an animation", "アニメーションとして保存"],

  "transport.play": ["Play", "再生"],
  "transport.pause": ["Pause", "一時停止"],
  "transport.place": ["Place", "再生位置"],
  "transport.speed": ["Speed", "速さ"],

  "ideas.hint": [
    "For each digit, the best picture that one search found: it began with random greys and gave " +
      "each pixel in turn the colour that scores higher with this network. Another search may " +
      "find a better one.",
    "それぞれの数字について、1回の探索で見つかった最も良い画像です。でたらめな濃淡から始めて、" +
      "ピクセルを順番に、このネットワークの得点が高くなるほうの色に変えていきました。" +
      "別の探索なら、もっと良い画像が見つかるかもしれません。",
  ],
  "ideas.before": [
    "Choose a digit: its picture is then laid under the canvas for you to trace. You can also " +
      "put it on the canvas, save it, edit its pixels, or watch how it is found.",
    "数字を選ぶと、その画像がキャンバスの下に敷かれ、なぞって描けます。" +
      "キャンバスに置く、保存する、ピクセルを編集する、見つかるまでを見る、といったこともできます。",
  ],
  "ideas.before.static": [
    "Choose a digit: its picture is then laid under the canvas for you to trace. You can also " +
      "put it on the canvas, or save it.",
    "数字を選ぶと、その画像がキャンバスの下に敷かれ、なぞって描けます。" +
      "キャンバスに置いたり、保存したりすることもできます。",
  ],
  "ideas.energy": ["energy {energy}", "エネルギー {energy}"],
  "ideas.remove": ["Take it away", "外す"],
  "ideas.image": ["The network’s idea of {a_digit}", "ネットワークが思い描く{digit}"],
  "ideas.thumb": [
    "The network’s idea of {a_digit}: energy {energy}, probability {probability}",
    "ネットワークが思い描く{digit}：エネルギー{energy}、確率{probability}",
  ],
  "ideas.waiting": ["Searching for {a_digit}…", "{digit}を探しています…"],
  "ideas.optimal": [
    "Its idea of {a_digit}: energy {energy}, probability {probability}. Whichever single pixel " +
      "you turn over, the energy does not rise.",
    "ネットワークが思い描く{digit}：エネルギー{energy}、確率{probability}。" +
      "どのピクセルを1つ反転しても、エネルギーは上がりません。",
  ],
  "ideas.about": [
    "Its idea of {a_digit}: energy {energy}, probability {probability}.",
    "ネットワークが思い描く{digit}：エネルギー{energy}、確率{probability}。",
  ],
  "ideas.unfinished": [
    "Its idea of {a_digit} as far as the time allowed: energy {energy}, probability {probability}.",
    "時間内に見つかった範囲での{digit}：エネルギー{energy}、確率{probability}。",
  ],
  "ideas.trace": ["Now trace it with the pen", "ペンでなぞってみましょう"],
  "ideas.lies": [
    "It lies under the canvas: now trace it with the pen.",
    "キャンバスの下に敷きました。ペンでなぞってみましょう。",
  ],
  "ideas.gone": ["Nothing lies under the canvas now.", "キャンバスの下の画像を外しました。"],
  "ideas.opacity": ["How visible", "濃さ"],
  "ideas.watch": ["Watch how it’s found", "見つかるまでを見る"],
  "ideas.edit": ["Edit its pixels", "ピクセルを編集"],

  "watch.hint": [
    "The network’s score steers noise, pixel by pixel, towards a digit.",
    "ネットワークの得点を頼りに、ノイズが1ピクセルずつ数字へ変わっていきます。",
  ],
  "watch.digit": ["Digit to look for", "探す数字"],
  "watch.method": ["Method", "方法"],
  "watch.greedy": ["In order", "順番"],
  "watch.greedy.about": [
    "Goes through the pixels in order, and gives each the colour that scores higher.",
    "ピクセルを順番に見て、白と黒のうち得点が高くなるほうを選びます。",
  ],
  "watch.mc": ["By chance", "ランダム"],
  "watch.mc.about": [
    "Changes a random pixel, again and again, and keeps only what scores higher.",
    "無作為に選んだピクセルを何度も変え、得点が上がったときだけ残します。",
  ],
  "watch.steepest": ["Steepest", "最急"],
  "watch.steepest.about": [
    "Tries all 784 flips, makes the one that raises the score most, and begins again.",
    "784通りの反転をすべて試し、得点が最も上がるものを選びます。これを繰り返します。",
  ],
  "watch.guided": ["Guided", "順位順"],
  "watch.guided.about": [
    "Ranks all flips, makes those that raise the score, the best first, and ranks them anew.",
    "すべての反転に順位をつけ、得点の上がるものを上位から行い、また順位をつけ直します。",
  ],
  "watch.anneal": ["Annealing", "焼きなまし"],
  "watch.anneal.about": [
    "Changes random pixels, at first at almost any price, then less and less: few traps hold it.",
    "無作為に選んだピクセルを変えます。初めは得点が下がっても許し、少しずつ厳しくするので、行き止まりに陥りにくくなります。",
  ],
  "watch.best": ["Thorough", "徹底的に"],
  "watch.best.about": [
    "Climbs from many starts, then shakes the best image and climbs again; it shows the best so far.",
    "多くの出発点から登り、最も良い画像を揺さぶっては登り直します。見えているのは、それまでで最も良い画像です。",
  ],
  "watch.method.about": ["{about}", "{about}"],
  "watch.from": ["Start from", "出発点"],
  "watch.noise": ["Noise", "ノイズ"],
  "watch.drawing": ["My drawing", "自分の絵"],
  "watch.seed": ["Seed", "乱数の種"],
  "watch.seed.title": [
    "Decides the noise and all that is left to chance: the same seed, the same search",
    "ノイズなど偶然に任せる部分を決める数です。同じ種なら、同じ探索になります",
  ],
  "watch.dice": ["Another seed", "別の種にする"],
  "watch.start": ["Start", "開始"],
  "watch.stop": ["Stop", "中止"],
  "watch.image": ["The image on its way to {a_digit}", "{digit}に変わっていく画像"],
  "watch.step": ["Step", "ステップ"],
  "watch.energy": ["Energy", "エネルギー"],
  "watch.steps": ["steps", "ステップ"],
  "watch.axis": ["energy", "エネルギー"],
  "watch.curve": ["How the energy rose with the steps", "ステップごとのエネルギーの変化"],
  "watch.frame": ["Step {step}, energy {energy}", "ステップ{step}、エネルギー{energy}"],
  "watch.found": [
    "Found: energy {energy}. To the network it is {a_digit}, with {probability} probability.",
    "見つかりました。エネルギーは{energy}、ネットワークが{digit}と判断する確率は{probability}です。",
  ],
  "watch.optimum": [
    "Found: energy {energy}, which no single pixel can raise. To the network it is {a_digit}, " +
      "with {probability} probability.",
    "見つかりました。エネルギーは{energy}で、どのピクセルを1つ変えてもこれ以上は上がりません。" +
      "ネットワークが{digit}と判断する確率は{probability}です。",
  ],
  "watch.unfinished": [
    "The time was up before the search had finished. So far: energy {energy}, probability of " +
      "{a_digit} {probability}.",
    "探索の途中で時間切れになりました。ここまでのエネルギーは{energy}、" +
      "{digit}である確率は{probability}です。",
  ],
  "watch.halted": ["Stopped here.", "ここで中止しました。"],

  "pixels.hint": [
    "Click or drag to turn pixels over; the marks show which of them help.",
    "クリックやドラッグでピクセルを反転できます。印は、どれを変えれば目的の数字に近づくかを示します。",
  ],
  "pixels.board": [
    "Image of 28 by 28 pixels. Arrow keys move, Space turns a pixel over.",
    "28×28ピクセルの画像。矢印キーで移動し、スペースキーでピクセルを反転します。",
  ],
  "pixels.digit": ["Turn it into", "目的の数字"],
  "pixels.energy": ["Energy", "エネルギー"],
  "pixels.reads": ["The network reads", "ネットワークの答え"],
  "pixels.next": [
    "Best flip: row {row}, column {column}, {gain} energy.",
    "最も効果的な反転：{row}行{column}列（エネルギー {gain}）",
  ],
  "pixels.optimum": [
    "No flip helps any more: a local optimum.",
    "どのピクセルを反転しても、もう良くなりません（局所最適）。",
  ],
  "pixels.playing": ["Making the best flip, again and again…", "最良の反転を繰り返しています…"],
  "pixels.best": ["Make the best flip", "最良の1つを反転"],
  "pixels.play": ["Keep going", "続けて反転"],
  "pixels.pause": ["Pause", "一時停止"],
  "pixels.undo": ["Undo", "元に戻す"],
  "pixels.helps": ["flip helps", "反転で近づく"],
  "pixels.hurts": ["flip hurts", "反転で遠ざかる"],
  "pixels.most": ["helps most", "最も近づく"],
  "pixels.marks": ["Show marks", "印を表示"],
  "pixels.from": ["Begin with", "最初の画像"],
  "pixels.drawing": ["My drawing", "自分の絵"],
  "pixels.idea": ["The network’s idea", "ネットワークの理想"],
  "pixels.blank": ["Nothing", "空白"],
  "pixels.white": ["white", "白"],
  "pixels.black": ["black", "黒"],
  "pixels.place": [
    "Row {row}, column {column}: {value}",
    "{row}行{column}列：{value}",
  ],
  "pixels.place.gain": [
    "Row {row}, column {column}: {value}, flipping gains {gain}",
    "{row}行{column}列：{value}、反転すると {gain}",
  ],

  "nearest": ["Nearest real digit", "最も近い本物の数字"],
  "nearest.image": ["Training digit: {label}", "学習用の数字：{label}"],
  "nearest.waiting": ["Looking…", "探しています…"],
  "nearest.found": [
    "A handwritten {label}; {flips} pixels differ.",
    "手書きの{label}です。{flips}ピクセルが異なります。",
  ],
  "nearest.one": [
    "A handwritten {label}; a single pixel differs.",
    "手書きの{label}です。1ピクセルだけ異なります。",
  ],
  "nearest.none": ["It could not be looked up.", "調べられませんでした。"],

  "shake.hint": [
    "Damage your drawing, step by step: how long does the network still know it?",
    "絵を少しずつ崩してみましょう。ネットワークはいつまで見分けられるでしょうか。",
  ],
  "shake.empty": [
    "Draw a digit on the canvas first.",
    "まず、キャンバスに数字を描いてください。",
  ],
  "shake.noise": ["Noise", "ノイズ"],
  "shake.noise.done": ["noise: {count}", "ノイズ {count}"],
  "shake.shift": ["Shift", "ずらす"],
  "shake.shift.done": ["shifted {way} {count}", "ずらす {way} {count}"],
  "shake.turn": ["Turn", "回す"],
  "shake.turn.done": ["turned {degrees}°", "回転 {degrees}°"],
  "shake.thicken": ["Thicken", "太くする"],
  "shake.thicken.done": ["thickened {radius}", "太く {radius}"],
  "shake.thin": ["Thin", "細くする"],
  "shake.thin.done": ["thinned {radius}", "細く {radius}"],
  "shake.strength": ["Strength", "強さ"],
  "shake.undo": ["Undo", "元に戻す"],
  "shake.first": ["Back to the first", "最初に戻す"],
  "shake.first.step": ["your drawing", "元の絵"],
  "shake.trail": ["What was done, and the answers", "崩した順番とその答え"],
  "shake.image": ["The damaged drawing", "崩した絵"],
  "shake.image.first": ["Your drawing", "元の絵"],
  "shake.waiting": ["…", "…"],
  "shake.unseen": ["no digit", "数字なし"],
  "shake.drawn": ["as drawn: {digit}", "描いたまま：{digit}"],
  "shake.held": ["still {a_digit}", "まだ{digit}"],
  "shake.lost": ["no longer {a_digit}", "もう{digit}ではない"],

  "fool.hint": [
    "A few well-chosen pixels can make the network read a wrong digit.",
    "うまく選んだ数ピクセルだけで、ネットワークに読み間違えさせることができます。",
  ],
  "fool.from": ["Take", "使う画像"],
  "fool.drawing": ["My drawing", "自分の絵"],
  "fool.idea": ["The network’s idea", "ネットワークの理想"],
  "fool.idea.digit": ["Its idea of", "思い描いた数字"],
  "fool.empty": [
    "Draw a digit on the canvas first, or take the network’s idea.",
    "まずキャンバスに数字を描くか、ネットワークの理想を使ってください。",
  ],
  "fool.image": ["The image before", "元の画像"],
  "fool.after.image": ["The image with the flipped pixels marked", "反転したピクセルに印を付けた画像"],
  "fool.reads": [
    "In black and white, the network reads it as {a_digit}: {share}.",
    "白黒にすると、ネットワークは{digit}と読みます（{share}）。",
  ],
  "fool.target": ["Make the network read", "読み間違えさせる数字"],
  "fool.start": ["Fool it", "だます"],
  "fool.stop": ["Stop", "中止"],
  "fool.working": [
    "Looking for pixels. This can take a few seconds.",
    "ピクセルを探しています。数秒かかることがあります。",
  ],
  "fool.yours.many": [
    "{count} pixels turn your {digit} into {a_target}",
    "{count}ピクセルで、あなたの{digit}が{target}になりました",
  ],
  "fool.yours.one": [
    "A single pixel turns your {digit} into {a_target}",
    "たった1ピクセルで、あなたの{digit}が{target}になりました",
  ],
  "fool.idea.many": [
    "{count} pixels turn the idea of {a_digit} into {a_target}",
    "{count}ピクセルで、理想の{digit}が{target}になりました",
  ],
  "fool.idea.one": [
    "A single pixel turns the idea of {a_digit} into {a_target}",
    "たった1ピクセルで、理想の{digit}が{target}になりました",
  ],
  "fool.failed": [
    "Not fooled: this {digit} does not become {a_target}. Pixels flipped in vain: {count}",
    "だませませんでした。{count}ピクセルを反転しても、この{digit}は{target}になりません",
  ],
  "fool.before": ["Before: {digit}, {share}", "前：{digit}（{share}）"],
  "fool.after": ["After: {digit}, {share}", "後：{digit}（{share}）"],
  "fool.meanwhile": ["Meanwhile: {digit}", "途中：{digit}"],
  "fool.leads": [
    "{at} of {count} flipped: the {target} leads by {margin}.",
    "{count}個中{at}個を反転：{target}が{margin}リードしています。",
  ],
  "fool.behind": [
    "{at} of {count} flipped: the {target} is still behind by {margin}.",
    "{count}個中{at}個を反転：{target}にはあと{margin}足りません。",
  ],
  "fool.flips": ["flips", "反転数"],
  "fool.margin": ["lead of the wrong digit", "誤った数字のリード"],
  "fool.curve": ["The wrong digit’s lead after each flip", "反転するごとの、誤った数字のリード"],
  "fool.added": ["put on", "加えた"],
  "fool.removed": ["taken away", "消した"],
};
