/** A size for people: "50 MB". Pure. */
export function sizeWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  const megabytes = bytes / 1024 / 1024;
  if (megabytes >= 1024) return `${(megabytes / 1024).toFixed(megabytes % 1024 === 0 ? 0 : 1)} GB`;
  return `${megabytes < 10 && megabytes % 1 !== 0 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
}
