/** How a report is printed. */
export interface RenderOptions {
  /** Colours, in the text format. @default false */
  readonly colour?: boolean;
}
