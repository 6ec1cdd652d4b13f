// @ts-check
/** Texts about files that are opened, and about answers of the server. */

/** @type {Record<string, [string, string]>} */
export const texts = {
  "drop.here": ["Drop a picture, a dump or a network here", "画像、ダンプ、またはネットワークのファイルをここにドロップしてください"],
  "open.large": [
    "{name} is too large: {size} MB; the limit is {limit} MB.",
    "{name}は大きすぎます（{size} MB）。上限は{limit} MBです。",
  ],
  "open.pixels": [
    "{name} is too large: {size} million pixels; the limit is {limit} million.",
    "{name}は大きすぎます（{size}百万ピクセル）。上限は{limit}百万ピクセルです。",
  ],
  "open.picture": [
    "{name} can’t be read as a picture.",
    "{name}は画像として読み込めません。",
  ],
  "open.blank": [
    "No ink was found in {name}: it needs a digit that stands out from the background.",
    "{name}に線が見つかりませんでした。背景とはっきり見分けられる数字が必要です。",
  ],
  "open.blank.class": [
    "Nothing was found in {name}: it needs an object that stands out from the background.",
    "{name}に何も見つかりませんでした。背景とはっきり見分けられるものが必要です。",
  ],
  "open.working": ["Opening {name}…", "{name}を開いています…"],
  "open.convert": [
    "{name}: this page opens {accepts}. Convert the file in a terminal, and open the new one: " +
      "python -m idea.export \"{name}\" {to}",
    "{name}：このページで開けるのは{accepts}です。ターミナルで変換して、できたファイルを開いてください。" +
      "python -m idea.export \"{name}\" {to}",
  ],
  "open.placed": ["{name} is on the canvas.", "{name}をキャンバスに置きました。"],

  "busy.wait": [
    "The server is busy. Next try in {seconds} s…",
    "サーバーが混み合っています。{seconds}秒後にもう一度試します…",
  ],
  "busy.place": [
    "The server is busy: number {place} in line. Next try in {seconds} s…",
    "サーバーが混み合っています。順番は{place}番目です。{seconds}秒後にもう一度試します…",
  ],
  "server.error": ["Server: {text}", "サーバーからのメッセージ（英語）：{text}"],
  "server.unreachable": [
    "The server does not respond. Is it still running?",
    "サーバーから応答がありません。まだ動いているか確かめてください。",
  ],
  "server.closed_early": ["The server closed the connection early.", "サーバーが途中で接続を閉じました。"],
  "server.code.forbidden": [
    "The server refused the request: its address is not allowed. See python -m idea.check --help.",
    "サーバーが要求を拒否しました。このアドレスは許可されていません。python -m idea.check " +
      "--help をご覧ください。",
  ],
  "server.code.unknown": [
    "The server no longer has this network. Open its file again.",
    "サーバーにこのネットワークはもうありません。もう一度ファイルを開いてください。",
  ],
  "server.code.shape": [
    "The file does not give the size of the images. {text}",
    "ファイルからは画像の大きさがわかりません。{text}",
  ],
  "server.code.size": [
    "The image does not fit this network. {text}",
    "画像がこのネットワークに合いません。{text}",
  ],
  "server.code.target": [
    "This network has no such class. {text}",
    "このネットワークにそのクラスはありません。{text}",
  ],
  "server.code.no_data": [
    "The data set of this network is not known.",
    "このネットワークのデータセットはわかりません。",
  ],
  "server.code.weights": [
    "This file can’t be opened as a network. {text}",
    "このファイルはネットワークとして開けません。{text}",
  ],
  "server.code.picture": ["This picture can’t be used. {text}", "この画像は使えません。{text}"],
  "server.code.dump": ["This dump can’t be used. {text}", "このダンプは使えません。{text}"],
  "server.code.data": ["The data set can’t be used. {text}", "このデータセットは使えません。{text}"],
  "server.code.option": [
    "The server does not accept a value of this request. {text}",
    "要求の値をサーバーが受け付けません。{text}",
  ],
  "server.code.package": [
    "A package is missing on the server. {text}",
    "サーバーに必要なパッケージがありません。{text}",
  ],
  "server.code.invalid": [
    "The server can’t use this request. {text}",
    "サーバーはこの要求を処理できません。{text}",
  ],
  "server.code.bad_request": [
    "The server can’t read this request. {text}",
    "サーバーはこの要求を読み取れません。{text}",
  ],
  "server.code.not_found": [
    "The server has no such address; it may be of another version. Reload the page.",
    "サーバーにこのアドレスがありません。バージョンが異なる可能性があります。ページを再読み込みしてください。",
  ],
  "server.code.method_not_allowed": [
    "The server takes no such request; it may be of another version. Reload the page.",
    "サーバーはこの種類の要求を受け付けません。バージョンが異なる可能性があります。ページを再読み込みしてください。",
  ],
  "server.code.unsupported_media_type": [
    "The server does not take this kind of data. {text}",
    "サーバーはこの種類のデータを受け付けません。{text}",
  ],
  "server.code.busy": [
    "The server is busy. Try again in a moment.",
    "サーバーが混み合っています。しばらくしてからもう一度お試しください。",
  ],
  "server.code.not_yet": [
    "The server is still preparing its data. Try again in a moment.",
    "サーバーがデータを準備しています。しばらくしてからもう一度お試しください。",
  ],
  "server.code.unavailable": [
    "The server could not load its data; its log says why.",
    "サーバーがデータを読み込めませんでした。理由はサーバーのログに記録されています。",
  ],
  "server.code.timeout": ["The request exceeded the server’s time limit.", "要求の制限時間に達しました。"],
  "server.code.too_costly": [
    "This network needs more memory than the server allows.",
    "このネットワークには、サーバーの上限を超えるメモリが必要です。",
  ],
  "server.code.exhausted": [
    "The server is out of memory, processes or disk space.",
    "サーバーのメモリ、プロセス、またはディスク容量が足りません。",
  ],
  "server.code.failed": [
    "An internal error occurred in the server; its log has details.",
    "サーバーで内部エラーが発生しました。詳細はログにあります。",
  ],
  "server.code.too_large": ["The request is too large for the server.", "要求がサーバーの上限より大きすぎます。"],
  "fail.unknown": ["Something went wrong: {text}", "問題が起きました：{text}"],
  "fail.site": [
    "The page could not load its configuration. Please reload it.",
    "設定を読み込めませんでした。ページを再読み込みしてください。",
  ],
};
