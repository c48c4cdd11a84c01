import type { ProcessIdentity } from '../process-table/index.ts';

/** How one operating system opens the inspector of another Node process, and finds the port that it got. */
export interface InspectorSystem {
  /** Whether the process would take the request as one: it would end a program that is not Node, or is not so yet. */
  takesRequest(pid: number): boolean;
  /** Asks the process to open its inspector; also one whose event loop is busy hears it. Nothing when it has gone. */
  request(process: ProcessIdentity): void;
  /** Ports of 127.0.0.1 on which the process listens. */
  ports(pid: number): readonly number[];
}

/** An open inspector, as it describes itself. */
export interface InspectorTarget {
  readonly port: number;
  /** `ws://127.0.0.1:<port>/<id>`: for an editor. */
  readonly webSocketUrl: string;
  /** `devtools://…`: for the address bar of Chrome. */
  readonly devtoolsUrl: string;
}
