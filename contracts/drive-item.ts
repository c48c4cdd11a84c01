/** Lines of the feed on what rolevm itself does to the drives of a VM. */
export type DriveItem =
  /** Drives were made anew, or were put back to a snapshot; what was on them is gone. */
  | {
      readonly type: 'drives';
      readonly at: string;
      readonly instance: string;
      readonly rebuilt: readonly ('C' | 'D' | 'E' | 'F')[];
      readonly snapshot?: string;
    }
  /** A file was replaced by `rolevm patch`, or put back by it. What that means for the role the watch over the drive tells. */
  | {
      readonly type: 'patched' | 'reverted';
      readonly at: string;
      readonly instance: string;
      readonly drivePath: string;
      /** Of what lies there now. */
      readonly sha256: string;
    };
