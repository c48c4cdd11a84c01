import type { VmDocument } from '../../contracts/vm-document.ts';
import type { AccountsDocument, GroupAccount } from './accounts-document.ts';
import { roleUser } from './role-user.ts';
import { stableNumbers } from './stable-numbers.ts';
import { sids } from './well-known-sids.ts';

type Owner = Pick<VmDocument, 'deploymentId' | 'instanceId' | 'machineName'>;

/**
 * The accounts of a VM as the guest agent sets them: those of Windows and the role's user, which is a plain user and no administrator. What
 * is elevated runs as SYSTEM, which is no account of the register (AB 5.3, W). Accounts and memberships that others have added stay.
 *
 * @param before as they were, undefined in a new Windows
 */
export function settleAccounts(before: AccountsDocument | undefined, vm: Owner): AccountsDocument {
  const { users, groups } = before ?? accountsOfWindows(vm.machineName);
  const role = roleUser(vm);
  const account = { ...role, comment: `Runs what is limited of ${vm.instanceId}`, enabled: true };
  const known = groups.some(({ sid }) => sid === sids.users);
  return {
    users: [...users.filter(({ sid }) => sid !== role.sid), account],
    groups: [...groups, ...(known ? [] : [usersGroup])].map((group) => (group.sid === sids.users ? withMember(group, role.sid) : group)),
  };
}

function withMember(group: GroupAccount, sid: string): GroupAccount {
  return { ...group, members: [...group.members.filter((member) => member !== sid), sid] };
}

const usersGroup: GroupAccount = {
  name: 'Users',
  sid: sids.users,
  comment: 'Users are prevented from making accidental or intentional system-wide changes and can run most applications',
  members: [],
};

function accountsOfWindows(machineName: string): AccountsDocument {
  const machine = `S-1-5-21-${stableNumbers(machineName, 3).join('-')}`;
  const [administrator, guest] = [`${machine}-500`, `${machine}-501`];
  return {
    users: [
      {
        name: 'Administrator',
        sid: administrator,
        comment: 'Built-in account for administering the computer/domain',
        enabled: true,
      },
      { name: 'Guest', sid: guest, comment: 'Built-in account for guest access to the computer/domain', enabled: false },
    ],
    groups: [
      {
        name: 'Administrators',
        sid: sids.administrators,
        comment: 'Administrators have complete and unrestricted access to the computer/domain',
        members: [administrator],
      },
      {
        name: 'Guests',
        sid: sids.guests,
        comment:
          'Guests have the same access as members of the Users group by default, except for the Guest account which is further restricted',
        members: [guest],
      },
      {
        name: 'Remote Desktop Users',
        sid: sids.remoteDesktopUsers,
        comment: 'Members in this group are granted the right to logon remotely',
        members: [],
      },
      usersGroup,
    ],
  };
}
