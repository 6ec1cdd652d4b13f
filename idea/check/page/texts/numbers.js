// @ts-check
/** What can be wrong with a picture, a dump or a network. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "ink.none": [
    "No ink was found: nothing differs from the background by {needed} or more (white from black " +
      "by 1); the most that was found is {found}.",
    "線が見つかりませんでした。背景との明るさの差（白と黒の差が1）が{needed}以上必要ですが、" +
      "最大でも{found}でした。",
  ],
  "dump.size": [
    "{name}: a dump has {size} bytes (784 float32); this file has {found}.",
    "{name}：ダンプは{size}バイト（float32が784個）ですが、このファイルは{found}バイトです。",
  ],
  "dump.range": [
    "{name}: the pixel in column {column}, row {row} is {value}; every pixel must lie in 0…1.",
    "{name}：列{column}、行{row}のピクセルが{value}です。どのピクセルも0～1でなければなりません。",
  ],
  "dat.size": [
    "{name}: a file of {size} bytes holds no 784-units-units-10 network of float32: " +
      "{units} units take {below} bytes, {next} take {above}, 784 take {usual}.",
    "{name}：{size}バイトのファイルは、float32の784-ユニット-ユニット-10のネットワークでは" +
      "ありません。ユニット数{units}なら{below}バイト、{next}なら{above}バイト、" +
      "784なら{usual}バイトです。",
  ],
  "dat.finite": [
    "{name}: {place} is {value}; every weight must be a finite float32.",
    "{name}：{place}が{value}です。重みはどれも有限のfloat32でなければなりません。",
  ],
  "dat.kind": [
    "{name}: this page runs without a server and opens .dat files only. The other kinds open on " +
      "your own machine with python -m idea.check.",
    "{name}：このページはサーバーなしで動いているため、開けるのは.datファイルだけです。" +
      "ほかの形式は、お手元のパソコンで python -m idea.check を実行すると開けます。",
  ],
  "dat.large": [
    "{name}: the file is too large; at most {most} MB can be opened here.",
    "{name}：ファイルが大きすぎます。ここで開けるのは{most} MBまでです。",
  ],
  "dat.unreadable": [
    "{name}: your browser could not read this file.",
    "{name}：ブラウザーがこのファイルを読み込めませんでした。",
  ],
  "dat.check": [
    "{name}: the file was not read right: the network answers differently from how it should. " +
      "Loading the page again may help.",
    "{name}：ファイルを正しく読み込めませんでした。ネットワークの答えが本来のものと異なります。" +
      "ページを再読み込みすると直るかもしれません。",
  ],
  "file.gone": [
    "{address} could not be loaded. Are you online?",
    "{address}を読み込めませんでした。インターネットに接続されているかご確認ください。",
  ],
  "search.broken": [
    "The search could not be run in this browser.",
    "このブラウザーでは探索を実行できませんでした。",
  ],
};
