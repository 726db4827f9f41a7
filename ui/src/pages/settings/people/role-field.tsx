// Which role somebody has: only those are offered whose permissions the person has who gives it.

import { useQuery } from '@tanstack/react-query';
import { rolesQuery, type Role } from '../../../api/roles.ts';
import { useMay, useSession } from '../../../api/session.ts';
import { operatorTenant } from '../../../api/tenants.ts';
import { SelectField } from '../../../parts/field.tsx';
import * as texts from '../../../texts/texts.ts';

const words = texts.people;

export function RoleField({
  value,
  choose,
  error,
}: {
  readonly value: string;
  readonly choose: (roleId: string) => void;
  readonly error: string | undefined;
}) {
  const may = useMay();
  const mayGive = useMayGive();
  const { data = [] } = useQuery({ ...rolesQuery, enabled: may('ROLES:VIEW') });
  const offered = data.filter((role) => mayGive(role) || role.id === value);
  return (
    <SelectField
      label={words.role}
      required
      error={error}
      value={value}
      onChange={({ target }) => choose(target.value)}
      choices={[
        ...(offered.some(({ id }) => id === value) ? [] : [{ value, label: value }]),
        ...offered.map(({ id, name }) => ({ value: id, label: name })),
      ]}
    />
  );
}

/** Outside the operator's tenant, permissions for tenants and the installation are worth nothing. */
function useMayGive(): (role: Role) => boolean {
  const may = useMay();
  const { tenant } = useSession();
  return ({ permissions }) =>
    permissions.every(
      (one) => may(one) || (tenant.name !== operatorTenant && /^(TENANTS|SYSTEM):/.test(one)),
    );
}

/** The name of a role by its id; the id for who may not see roles. */
export function useRoleNames(): (roleId: string) => string {
  const may = useMay();
  const { data = [] } = useQuery({ ...rolesQuery, enabled: may('ROLES:VIEW') });
  return (roleId) => data.find(({ id }) => id === roleId)?.name ?? roleId;
}
