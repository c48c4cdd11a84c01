/** The guest's tools: programs of Windows that rolevm plays, each a bundle of its own that lies in D:\Windows\System32 of every VM. */
export const toolNames = ['sc', 'net', 'iisreset', 'shutdown'] as const;
