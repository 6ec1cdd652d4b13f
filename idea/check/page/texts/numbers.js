// @ts-check
/** What can be wrong with a picture, a dump or a network. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "ink.none": [
    "No ink was found: the largest difference from the background is {found}, and at least " +
      "{needed} is needed (white and black differ by 1).",
    "線が見つかりませんでした。背景との明るさの差は最大{found}で、" +
      "{needed}以上必要です（白と黒の差が1）。",
  ],
  "dump.size": [
    "{name}: a dump has {size} bytes ({pixels} float32); this file has {found}.",
    "{name}：ダンプは{size}バイト（float32が{pixels}個）ですが、このファイルは{found}バイトです。",
  ],
  "dump.range": [
    "{name}: the pixel in column {column}, row {row} is {value}; every pixel must lie in 0…1.",
    "{name}：列{column}、行{row}のピクセルが{value}です。どのピクセルも0～1でなければなりません。",
  ],
  "dat.size": [
    "{name}: expected the float32 weights of a 784-units-units-10 network, found {size} bytes; " +
      "{units} units take {below} bytes, {next} take {above}, 784 take {usual}.",
    "{name}：784-ユニット-ユニット-10のネットワークのfloat32の重みが必要ですが、" +
      "{size}バイトでした。ユニット数{units}なら{below}バイト、{next}なら{above}バイト、" +
      "784なら{usual}バイトです。",
  ],
  "dat.finite": [
    "{name}: {place} is {value}; every weight must be a finite float32.",
    "{name}：{place}が{value}です。重みはどれも有限のfloat32でなければなりません。",
  ],
  "dat.unreadable": [
    "{name}: your browser could not read this file.",
    "{name}：ブラウザーがこのファイルを読み込めませんでした。",
  ],
  "dat.check": [
    "{name}: the network’s file differs from the one that was exported. Reloading the page may " +
      "help.",
    "{name}：ネットワークのファイルが書き出されたものと異なります。" +
      "ページを再読み込みすると直るかもしれません。",
  ],
  "file.unreachable": [
    "{address} could not be loaded. Are you online?",
    "{address}を読み込めませんでした。インターネットに接続されているかご確認ください。",
  ],
  "kernel.failed": [
    "The network could not be evaluated in this browser: {text}",
    "このブラウザーではネットワークを計算できませんでした：{text}",
  ],
};
