/**
 * The identities: domains, projects, users with roles, application credentials.
 *
 * @module
 */
import type { Random } from "../../random.ts";
import type { UserSeed } from "../options.ts";

/** Something with an id and a name. */
export interface Named {
  id: string;
  name: string;
}

export interface Project extends Named {
  enabled: boolean;
}

export interface User extends Named {
  password: string;
  enabled: boolean;
  defaultProject: Project;
  /** Roles in the default project; `admin` holds for every project, the domain and the system. */
  roles: Named[];
  apiKey: string | undefined;
}

export interface ApplicationCredential extends Named {
  secret: string;
  user: User;
  project: Project;
}

/** The only domain. Its id is lower case, its name is not: a known trap. */
export const DEFAULT_DOMAIN: Named = { id: "default", name: "Default" };

/** The people and projects of the cloud. */
export class Identity {
  readonly projects: Project[] = [];
  readonly users: User[] = [];
  readonly credentials: ApplicationCredential[] = [];
  readonly roles: Named[];

  constructor(seeds: readonly UserSeed[], random: Random) {
    this.roles = ["admin", "member", "reader"].map((name) => ({ id: random.hex(32), name }));
    for (const seed of seeds) this.#add(seed, random);
    const demo = this.users.find((user) => user.name === "demo") ?? this.users[0];
    if (demo === undefined) return;
    const [project, user] = [demo.defaultProject, demo];
    this.credentials.push({ id: random.hex(32), name: "toolkit", secret: random.hex(40), user, project });
  }

  #add(seed: UserSeed, random: Random): void {
    let project = this.projects.find((one) => one.name === seed.project);
    if (project === undefined) {
      project = { id: random.hex(32), name: seed.project, enabled: true };
      this.projects.push(project);
    }
    const names = seed.roles ?? ["member", "reader"];
    this.users.push({
      id: random.hex(32),
      name: seed.name,
      password: seed.password,
      enabled: seed.enabled ?? true,
      defaultProject: project,
      roles: names.map((name) =>
        this.roles.find((role) => role.name === name) ?? { id: random.hex(32), name }
      ),
      apiKey: seed.apiKey,
    });
  }

  /** The user's roles in the project; empty if there are none. */
  rolesIn(user: User, project: Project): Named[] {
    return user.defaultProject === project || isAdmin(user) ? user.roles : [];
  }
}

/** Whether the user is an administrator of the cloud. */
export function isAdmin(user: User): boolean {
  return user.roles.some((role) => role.name === "admin");
}
