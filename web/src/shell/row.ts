/** The look of a line in the bar on the left. */
export const ROW =
  "flex min-h-11 items-center gap-2.5 rounded px-2.5 text-[0.9375rem] text-ink no-underline hover:bg-code md:min-h-9 " +
  "-outline-offset-2 [&>svg]:size-4.5 [&>svg]:shrink-0 [&>svg]:text-soft [&>svg]:stroke-[1.75] " +
  "aria-[current=page]:bg-wash aria-[current=page]:font-medium";
