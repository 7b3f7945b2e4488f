// The design system: pages are put together from these and nothing else.
export * from "./amounts";
export * from "./button";
export * from "./copy";
export * from "./cx";
export * from "./dialog";
export * from "./error-note";
export * from "./field";
export * from "./menu";
export * from "./money";
export * from "./page";
export * from "./spinner";
export * from "./surfaces";
export * from "./table";
export * from "./tabs";
export * from "./time";
export * from "./toast";
export * from "./tooltip";
