/** Colours of the picture: plain rules first, so that viewers without media queries have all of them. */
export const svgStyle = `
text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; }
.paper { fill: #ffffff; }
.title { font-size: 17px; font-weight: 600; }
.instance { font-size: 14px; font-weight: 600; }
.quiet, .tick { fill: #59636e; font-size: 11px; }
.label { fill: #3d444d; }
.warning { fill: #b3202c; font-weight: 600; }
.grid { stroke: #d8dee4; stroke-width: 1; }
.card { fill: #f6f8fa; }
.break { fill: #eaeef2; }
.ready { fill: #2da44e; }
.up { fill: #e0a100; }
.down { fill: #8b949e; }
.bad { fill: #cf222e; }
.off { fill: #d0d7de; }
.on-ready, .on-bad, .on-down { fill: #ffffff; font-size: 11px; font-weight: 600; }
.on-up, .on-off { fill: #24292f; font-size: 11px; font-weight: 600; }
.played { fill: #5a8fd6; }
.task { fill: #a07ad6; }
.program { fill: #3aa6a0; }
.pid { fill: #ffffff; font-size: 9px; }
.debugged { fill: #d6409f; }
.killed { stroke: #cf222e; stroke-width: 2.5; fill: none; }
.cause { fill: #b3202c; font-size: 11px; }
.window { fill: #1f9ec9; fill-opacity: 0.13; }
.waiting { fill: #1f9ec9; fill-opacity: 0.35; }
.free { fill: #1f9ec9; }
.balancer { fill: #2da44e; }
.used { fill: #8b949e; }
.over { fill: #cf222e; }
.limit { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 4 3; }
.drive { fill: #8250df; }
.refused { fill: #cf222e; }
.event { fill: #59636e; }
.error { fill: #cf222e; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; }
  .paper { fill: #0d1117; }
  .quiet, .tick { fill: #9198a1; }
  .label { fill: #c9d1d9; }
  .warning, .cause { fill: #ff7b72; }
  .grid { stroke: #262c36; }
  .card { fill: #151b23; }
  .break { fill: #212830; }
  .ready { fill: #2ea043; }
  .down { fill: #6e7681; }
  .bad { fill: #da3633; }
  .off { fill: #3d444d; }
  .on-up { fill: #1f2328; }
  .on-off { fill: #e6edf3; }
  .drive { fill: #a371f7; }
  .event { fill: #9198a1; }
  .killed, .limit { stroke: #ff7b72; }
}
`;
