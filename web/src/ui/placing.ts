// Where something that opens beside a button stands. Pure; pixels of the viewport.

export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Wish {
  side: "top" | "bottom";
  align: "start" | "end";
}

export const GAP = 4;
export const MARGIN = 8;

/**
 * Below or above the anchor, on the other side where there is more room and the wished one has too little, and always
 * inside the view. `room` is how high it may be there.
 */
export function placed(
  anchor: Box,
  size: { width: number; height: number },
  view: { width: number; height: number },
  wish: Wish,
) {
  const above = anchor.top - GAP - MARGIN;
  const below = view.height - anchor.top - anchor.height - GAP - MARGIN;
  const [wished, other] = wish.side === "top" ? [above, below] : [below, above];
  const turned = size.height > wished && other > wished;
  const side = turned ? (wish.side === "top" ? "bottom" : "top") : wish.side;
  const room = Math.max(0, turned ? other : wished);
  const height = Math.min(size.height, room);
  const top = side === "bottom" ? anchor.top + anchor.height + GAP : anchor.top - GAP - height;
  const wanted = wish.align === "start" ? anchor.left : anchor.left + anchor.width - size.width;
  const left = Math.max(MARGIN, Math.min(wanted, view.width - MARGIN - size.width));
  return { left: Math.round(left), top: Math.round(top), room: Math.floor(room), side };
}
