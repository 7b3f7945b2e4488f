// Whether one has gone anywhere since the page was loaded. Before that the focus stays where the browser puts it, so
// that the first Tab reaches the way past the bars.

let moved = false;

export function noteMove(): void {
  moved = true;
}

export function hasMoved(): boolean {
  return moved;
}
