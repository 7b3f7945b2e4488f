/** What a message holds, as the server has it, so that too much is told before it is sent. Pure. */

/** Bytes of UTF-8. */
export const TEXT_SIZE_MAX = 1024 * 1024;
export const FILES_MAX = 20;

/** How many bytes a text is as UTF-8, without making a copy of it. Stops counting once it is beyond `enough`. */
export function utf8Size(text: string, enough = Number.POSITIVE_INFINITY): number {
  if (text.length > enough) return text.length;
  let size = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) size += 1;
    else if (unit < 0x800) size += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && at + 1 < text.length) {
      size += 4;
      at++;
    } else size += 3;
    if (size > enough) return size;
  }
  return size;
}

/** A size for people: "50 MB". */
export function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  const megabytes = bytes / 1024 / 1024;
  return `${megabytes < 10 && megabytes % 1 !== 0 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
}
