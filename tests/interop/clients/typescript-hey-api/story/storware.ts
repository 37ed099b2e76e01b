// The Storware story.

import assert from "node:assert/strict";

import { client } from "../storware/client.gen.js";
import {
  type BackupListRecord,
  createExportTasks,
  createRestoreTask,
  getBackup,
  getSessionUser,
  getTask,
  listBackups,
  listProtectedEntities,
  listTasks,
  login,
  logout,
} from "../storware/index.js";
import { answered, compare, done, given, isRecent, only, refused, wait } from "./scene.js";

const NAME = "interop hey-api";

export async function tell(
  url: string,
  user: string,
  password: string,
  folder: string,
  target: string,
): Promise<void> {
  const base = `${url}/api`;
  client.setConfig({ baseUrl: base });
  const story = new Story(base, await session(user, password));
  await story.user(user);
  const entity = await story.entity(folder);
  await story.export(entity);
  await story.restore(await story.backup(entity), target);
  compare(folder, target);
  await story.error();
  await story.leave(entity);
}

/** Logs in, and keeps the cookie, which only a browser would do by itself. */
async function session(user: string, password: string): Promise<string> {
  const answer = await login({ body: { login: user, password } });
  answered(answer);
  const [cookie] = only(given(answer.response).headers.getSetCookie()).split(";");
  const [name, value] = given(cookie).split("=");
  assert.equal(name, "JSESSIONID");
  client.setConfig({ auth: given(value) });
  return given(cookie);
}

class Story {
  constructor(
    private readonly base: string,
    private readonly cookie: string,
  ) {}

  async user(login: string): Promise<void> {
    assert.equal(answered(await getSessionUser()).requester?.name, login);
  }

  /** What is to be backed up. How it is made known lies outside the document. */
  async entity(folder: string): Promise<string> {
    const answer = await fetch(`${this.base}/entities`, {
      method: "POST",
      headers: { Cookie: this.cookie, "Content-Type": "application/json" },
      body: JSON.stringify({ name: NAME, paths: [folder] }),
    });
    assert.equal(answer.status, 201);
    const made: unknown = await answer.json();
    assert(typeof made === "object" && made !== null && "guid" in made && typeof made.guid === "string");
    const { guid } = made;
    const listed = answered(await listProtectedEntities());
    assert(listed.some((entity) => entity.guid === guid));
    return guid;
  }

  async export(guid: string): Promise<void> {
    const queued = await createExportTasks({
      body: { backupType: { name: "FULL" }, protectedEntities: [{ guid }] },
    });
    const task = only(answered(queued, 201)).guid;
    await this.finished(task);
    const following = await listTasks({ query: { "parent-task": task } });
    await this.finished(only(answered(following)).guid);
  }

  private async finished(guid: string): Promise<void> {
    const ended = await wait(async () => {
      const task = answered(await getTask({ path: { guid } }));
      const { name } = task.state;
      return name === "QUEUED" || name === "RUNNING" ? undefined : task;
    });
    assert.equal(ended.state.name, "FINISHED", JSON.stringify(ended));
  }

  async backup(entity: string): Promise<BackupListRecord> {
    const backup = only(answered(await listBackups({ query: { "protected-entity": entity } })));
    assert.equal(backup.status.name, "SUCCESS", JSON.stringify(backup));
    assert(isRecent(given(backup.snapshotTime)), JSON.stringify(backup));
    return backup;
  }

  async restore({ guid }: BackupListRecord, restorePath: string): Promise<void> {
    const queued = await createRestoreTask({ body: { backup: { guid }, restorePath } });
    await this.finished(answered(queued, 201).guid);
  }

  async error(): Promise<void> {
    const path = { guid: "00000000-0000-0000-0000-000000000000" };
    assert(refused(await getBackup({ path }), 404).message);
  }

  async leave(entity: string): Promise<void> {
    const gone = await fetch(`${this.base}/entities/${entity}`, {
      method: "DELETE",
      headers: { Cookie: this.cookie },
    });
    assert.equal(gone.status, 204);
    done(await logout());
    assert(refused(await getSessionUser(), 401).message);
  }
}
