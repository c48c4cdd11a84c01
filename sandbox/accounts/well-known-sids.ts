/** Those of every Windows (W). */
export const sids = {
  system: 'S-1-5-18',
  networkService: 'S-1-5-20',
  administrators: 'S-1-5-32-544',
  users: 'S-1-5-32-545',
  guests: 'S-1-5-32-546',
  remoteDesktopUsers: 'S-1-5-32-555',
} as const;
