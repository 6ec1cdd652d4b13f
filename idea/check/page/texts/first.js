// @ts-check
/** Texts of the first look: what plays before one draws, and what is offered after. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "intro.about": [
    "From noise to the network’s idea of {a_label}",
    "ノイズから、ネットワークが思い描く{label}へ",
  ],
  "intro.turn": ["Your turn: draw a digit", "次はあなたの番。数字を描いてください"],
  "intro.turn.class": ["Your turn: draw", "次はあなたの番。ここに描いてください"],
  "intro.answer": ["Answer: {label}", "答え：{label}"],
  "intro.announce": [
    "The canvas shows a search that turns noise into the network’s idea of {a_label}, until you draw.",
    "描き始めるまで、ノイズがネットワークの思い描く{label}に変わっていく探索をキャンバスに表示します。",
  ],

  "turn": ["Turn my {label} into {a_target}", "自分の{label}を{target}に変える"],

  "answer.unlike": [
    "It must name a digit; this looks like none it has learnt",
    "数字を1つ答えるしかありませんが、学習したどの数字にも似ていません",
  ],
  "answer.unlike.class": [
    "It must name a class; this looks like none it has learnt",
    "クラスを1つ答えるしかありませんが、学習したどのクラスにも似ていません",
  ],
  "answer.unlike.more": ["Answer: {label}, {percent}", "答え：{label}（{percent}）"],
};
