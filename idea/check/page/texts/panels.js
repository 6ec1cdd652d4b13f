// @ts-check
/** Texts of the panels for ideas, searches, single pixels and nearest digits. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "panels.retry": ["Try again", "もう一度試す"],

  "save.copy": ["Copy to canvas", "キャンバスにコピー"],
  "save.copied": ["Copied to the canvas.", "キャンバスにコピーしました。"],
  "save.png": ["PNG", "PNG"],
  "save.png.title": ["Save as a PNG image", "PNG画像として保存"],
  "save.dump": [".vf", ".vf"],
  "save.dump.title": ["Save the exact pixel values", "ピクセルの値をそのまま保存"],
  "save.gif": ["GIF", "GIF"],
  "save.gif.title": ["Save as an animated GIF", "GIFアニメーションとして保存"],

  "transport.play": ["Play", "再生"],
  "transport.pause": ["Pause", "一時停止"],
  "transport.place": ["Position", "再生位置"],
  "transport.speed": ["Speed", "速さ"],

  "ideas.hint": [
    "For each digit, the image with the largest logit, the network’s raw output for that digit, " +
      "that a search from random grey values found. Another search may find a better one.",
    "各数字について、ランダムな濃淡から始めた探索で見つかった、" +
      "ロジット（その数字に対するネットワークの出力の生の値）が最も大きい画像です。別の探索なら、" +
      "もっと良い画像が見つかるかもしれません。",
  ],
  "ideas.hint.class": [
    "For each class, the image with the largest logit, the network’s raw output for that class, " +
      "that a search from random grey values found. Another search may find a better one.",
    "各クラスについて、ランダムな濃淡から始めた探索で見つかった、" +
      "ロジット（そのクラスに対するネットワークの出力の生の値）が最も大きい画像です。別の探索なら、" +
      "もっと良い画像が見つかるかもしれません。",
  ],
  "ideas.before.class": [
    "Select a class to show its image behind your drawing and trace it. You can also copy it to " +
      "the canvas, save it, edit its pixels, or watch the search that found it.",
    "クラスを選ぶと、その画像が描いた絵の後ろに表示され、なぞって描けます。キャンバスへのコピー、" +
      "保存、ピクセルの編集、探索の再生もできます。",
  ],
  "ideas.back": ["Previous", "前へ"],
  "ideas.on": ["Next", "次へ"],
  "ideas.page": ["{first}–{end} of {count} classes", "{count}クラス中 {first}～{end}"],
  "ideas.before": [
    "Select a digit to show its image behind your drawing and trace it. You can also copy it to " +
      "the canvas, save it, edit its pixels, or watch the search that found it.",
    "数字を選ぶと、その画像が描いた絵の後ろに表示され、なぞって描けます。キャンバスへのコピー、" +
      "保存、ピクセルの編集、探索の再生もできます。",
  ],
  "ideas.remove": ["Remove", "外す"],
  "ideas.behind": ["Show behind drawing", "絵の後ろに表示"],
  "ideas.margin": [
    "The white margins are no part of the digit: pixels there do not change this network’s logit, " +
      "and the search sets pixels that make no difference to white.",
    "白い余白は数字の一部ではありません。そこのピクセルはこのネットワークのロジットを変えず、" +
      "探索は差のないピクセルを白にします。",
  ],
  "ideas.margin.class": [
    "The white margins are no part of the object: pixels there do not change this network’s logit, " +
      "and the search sets pixels that make no difference to white.",
    "白い余白は対象の一部ではありません。そこのピクセルはこのネットワークのロジットを変えず、" +
      "探索は差のないピクセルを白にします。",
  ],
  "ideas.image": ["The network’s idea of {a_label}", "ネットワークが思い描く{label}"],
  "ideas.thumb": [
    "The network’s idea of {a_label}: logit {logit}{times}, probability {probability}",
    "ネットワークが思い描く{label}：ロジット{logit}{times}、確率{probability}",
  ],
  "ideas.waiting": ["Searching for {a_label}…", "{label}を探しています…"],
  "ideas.optimal": [
    "The network’s idea of {a_label}: logit {logit}, probability {probability}. No single " +
      "flip raises the energy.",
    "ネットワークが思い描く{label}：ロジット{logit}、確率{probability}。" +
      "どのピクセルを1つ反転しても、エネルギーは上がりません。",
  ],
  "ideas.flat": [
    "Logit {logit}, probability of {a_label} {probability}. Flat: no flip changes the energy.",
    "ロジット{logit}、{label}である確率{probability}。" +
      "平坦です。どのピクセルを反転しても、エネルギーは変わりません。",
  ],
  "ideas.about": [
    "The network’s idea of {a_label}: logit {logit}, probability {probability}.",
    "ネットワークが思い描く{label}：ロジット{logit}、確率{probability}。",
  ],
  "ideas.unfinished": [
    "The best image of {a_label} found within the time limit: logit {logit}, probability " +
      "{probability}.",
    "制限時間内に見つかった最良の{label}：ロジット{logit}、確率{probability}。",
  ],
  "ideas.trace": ["Trace it with the pen", "ペンでなぞってみましょう"],
  "ideas.shown": ["Shown behind your drawing: trace it with the pen.", "描いた絵の後ろに表示しました。ペンでなぞってみましょう。"],
  "ideas.removed": ["Removed from behind your drawing.", "後ろの画像を外しました。"],
  "ideas.opacity": ["Opacity", "不透明度"],
  "ideas.watch": ["Watch the search", "探索を見る"],
  "ideas.edit": ["Edit pixels", "ピクセルを編集"],

  "curve.marks": [
    "Dashed lines: there the network’s answer becomes the digit beside the line.",
    "破線のところで、ネットワークの答えが線の横の数字に変わります。",
  ],
  "curve.marks.class": [
    "Dashed lines: there the network’s answer becomes the class beside the line.",
    "破線のところで、ネットワークの答えが線の横のクラスに変わります。",
  ],
  "watch.hint": [
    "A search changes an image pixel by pixel to raise its energy: the network’s logit for the " +
      "selected digit and, farther to the right on the slider, how much it looks like handwriting.",
    "探索は、エネルギーが高くなるように画像を1ピクセルずつ変えていきます。" +
      "エネルギーは、選んだ数字のロジットに、スライダーを右に動かすほど手書きらしさを加えたものです。",
  ],
  "watch.hint.class": [
    "A search changes an image pixel by pixel to raise its energy: the network’s logit for the " +
      "selected class and, farther to the right on the slider, how smooth or probable it is.",
    "探索は、エネルギーが高くなるように画像を1ピクセルずつ変えていきます。" +
      "エネルギーは、選んだクラスのロジットに、スライダーを右に動かすほどなめらかさやもっともらしさを" +
      "加えたものです。",
  ],
  "watch.digit": ["Target digit", "目標の数字"],
  "watch.digit.class": ["Target class", "目標のクラス"],
  "watch.method": ["Method", "手法"],
  "watch.greedy": ["Greedy", "貪欲法"],
  "watch.greedy.about": [
    "Visits the pixels in order and sets each to black or white, whichever has the higher energy.",
    "ピクセルを順番に見て、白と黒のうちエネルギーが高くなるほうにします。",
  ],
  "watch.mc": ["Monte Carlo", "モンテカルロ法"],
  "watch.mc.about": [
    "Changes random pixels and keeps the changes that raise the energy.",
    "ランダムに選んだピクセルを変え、エネルギーが上がったときだけ採用します。",
  ],
  "watch.steepest": ["Steepest ascent", "最急上昇法"],
  "watch.steepest.about": [
    "Evaluates all {pixels} flips, makes the best one, and repeats.",
    "{pixels}通りの反転をすべて評価し、最良のものを行います。これを繰り返します。",
  ],
  "watch.guided": ["Guided", "順位順"],
  "watch.guided.about": [
    "Ranks all flips, makes those that raise the energy in that order, and ranks again.",
    "すべての反転に順位をつけ、エネルギーの上がるものを上位から行い、また順位をつけ直します。",
  ],
  "watch.anneal": ["Annealing", "焼きなまし法"],
  "watch.anneal.about": [
    "Changes random pixels and accepts some changes that lower the energy, fewer and fewer as the " +
      "temperature falls; this escapes poor local optima.",
    "ランダムに選んだピクセルを変えます。初めはエネルギーが下がる変化も受け入れ、" +
      "温度とともに減らしていくので、局所最適から抜け出せます。",
  ],
  "watch.best": ["Best", "最良"],
  "watch.best.about": [
    "Climbs from many starts, then perturbs the best image and climbs again; the frames show " +
      "the best image so far.",
    "多くの初期画像から登り、最良の画像に摂動を加えて登り直します。表示されるのは、" +
      "その時点で最良の画像です。",
  ],
  "watch.method.about": ["{about}", "{about}"],
  "watch.from": ["Start from", "初期画像"],
  "watch.noise": ["Noise", "ノイズ"],
  "watch.drawing": ["My drawing", "自分の絵"],
  "watch.seed": ["Seed", "シード"],
  "watch.seed.title": [
    "Determines the noise and all random choices: equal seeds give equal searches",
    "ノイズとすべてのランダムな選択を決めます。同じシードなら同じ探索になります",
  ],
  "watch.dice": ["New seed", "新しいシード"],
  "watch.start": ["Start", "開始"],
  "watch.stop": ["Stop", "中止"],
  "watch.image": ["Current image of the search for {a_label}", "{label}を探索中の画像"],
  "watch.step": ["Step", "ステップ"],
  "watch.energy": ["Energy", "エネルギー"],
  "watch.energy.prior": ["Energy: logit + handwriting", "エネルギー（ロジット＋手書きらしさ）"],
  "watch.energy.prior.class": ["Energy: logit + likelihood", "エネルギー（ロジット＋もっともらしさ）"],
  "watch.energy.smooth": ["Energy: logit + smoothness", "エネルギー（ロジット＋なめらかさ）"],
  "watch.energy.logit": ["Energy: the logit", "エネルギー（ロジット）"],
  "watch.steps": ["steps", "ステップ"],
  "watch.axis": ["energy", "エネルギー"],
  "watch.curve": ["Energy by step", "ステップごとのエネルギー"],
  "watch.frame": ["Step {step}, energy {energy}", "ステップ{step}、エネルギー{energy}"],
  "watch.found": [
    "Found: energy {energy}. The network classifies it as {a_label} with probability " +
      "{probability}.",
    "見つかりました。エネルギーは{energy}、" +
      "ネットワークが{label}と判断する確率は{probability}です。",
  ],
  "watch.optimum": [
    "Found a local optimum: energy {energy}, which no single flip raises. The network " +
      "classifies it as {a_label} with probability {probability}.",
    "局所最適が見つかりました。エネルギーは{energy}で、" +
      "どのピクセルを1つ反転しても上がりません。" +
      "ネットワークが{label}と判断する確率は{probability}です。",
  ],
  "watch.flat": [
    "Flat: no flip changes the energy, {energy}. The network classifies it as {a_label} with " +
      "probability {probability}.",
    "平坦です。どのピクセルを反転しても、エネルギー{energy}は変わりません。" +
      "ネットワークが{label}と判断する確率は{probability}です。",
  ],
  "watch.unfinished": [
    "The time limit was reached. Best so far: energy {energy}, probability of {a_label} " +
      "{probability}.",
    "制限時間に達しました。ここまでの最良のエネルギーは{energy}、" +
      "{label}である確率は{probability}です。",
  ],
  "watch.halted": ["Stopped.", "中止しました。"],

  "pixels.hint": [
    "Click or tap a pixel to flip it, or drag with the mouse; marks show the gain of each flip.",
    "クリックやタップ、マウスのドラッグでピクセルを反転できます。印は、反転ごとの利得を示します。",
  ],
  "pixels.board": [
    "Image of {height} by {width} pixels. Arrow keys move, Space flips a pixel.",
    "{height}×{width}ピクセルの画像。矢印キーで移動し、スペースキーでピクセルを反転します。",
  ],
  "pixels.digit": ["Target digit", "目標の数字"],
  "pixels.digit.class": ["Target class", "目標のクラス"],
  "pixels.energy": ["Energy", "エネルギー"],
  "pixels.prediction": ["Predicted digit", "予測された数字"],
  "pixels.prediction.class": ["Predicted class", "予測されたクラス"],
  "pixels.next": [
    "Best flip: row {row}, column {column}, gain {gain}.",
    "最良の反転：{row}行{column}列（利得 {gain}）",
  ],
  "pixels.optimum": [
    "Local optimum: no single flip raises the energy.",
    "局所最適です。どのピクセルを1つ反転しても、エネルギーは上がりません。",
  ],
  "pixels.flat": [
    "Flat: no flip changes the energy.",
    "平坦です。どのピクセルを反転しても、エネルギーは変わりません。",
  ],
  "pixels.playing": ["Making the best flip repeatedly…", "最良の反転を繰り返しています…"],
  "pixels.best": ["Make best flip", "最良の反転を1回"],
  "pixels.play": ["Repeat", "繰り返す"],
  "pixels.pause": ["Pause", "一時停止"],
  "pixels.undo": ["Undo", "元に戻す"],
  "pixels.gain": ["raises energy", "エネルギーが上がる"],
  "pixels.loss": ["lowers energy", "エネルギーが下がる"],
  "pixels.most": ["largest gain", "最大の利得"],
  "pixels.swipe": ["Swipe to paint", "スワイプで塗る"],
  "pixels.marks": ["Show gains", "利得を表示"],
  "pixels.from": ["Start from", "初期画像"],
  "pixels.drawing": ["My drawing", "自分の絵"],
  "pixels.idea": ["The network’s idea", "ネットワークが思い描く数字"],
  "pixels.idea.class": ["The network’s idea", "ネットワークが思い描く画像"],
  "pixels.blank": ["Blank", "空白"],
  "pixels.white": ["white", "白"],
  "pixels.black": ["black", "黒"],
  "pixels.place": [
    "Row {row}, column {column}: {value}",
    "{row}行{column}列：{value}",
  ],
  "pixels.place.gain": [
    "Row {row}, column {column}: {value}, gain if flipped: {gain}",
    "{row}行{column}列：{value}、反転の利得 {gain}",
  ],

  "nearest": ["Nearest training digit", "最も近い学習用の数字"],
  "nearest.class": ["Nearest training image", "最も近い学習用の画像"],
  "nearest.image.class": ["Training image: {label}", "学習用の画像：{label}"],
  "nearest.found.class": [
    "A training image of {label}; {flips} pixels differ.",
    "学習用の{label}です。{flips}ピクセルが異なります。",
  ],
  "nearest.one.class": [
    "A training image of {label}; a single pixel differs.",
    "学習用の{label}です。1ピクセルだけ異なります。",
  ],
  "nearest.image": ["Training digit: {label}", "学習用の数字：{label}"],
  "nearest.waiting": ["Searching…", "探しています…"],
  "nearest.found": [
    "A handwritten {label}; {flips} pixels differ.",
    "手書きの{label}です。{flips}ピクセルが異なります。",
  ],
  "nearest.one": [
    "A handwritten {label}; a single pixel differs.",
    "手書きの{label}です。1ピクセルだけ異なります。",
  ],
  "nearest.none": ["Not available.", "取得できませんでした。"],
};
