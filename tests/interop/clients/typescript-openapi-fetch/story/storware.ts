// The Storware story.

import assert from "node:assert/strict";

import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "../storware.js";
import { answered, compare, done, given, isRecent, only, refused, wait } from "./scene.js";

type Schemas = components["schemas"];

const NAME = "interop openapi-fetch";

export async function tell(
  url: string,
  login: string,
  password: string,
  folder: string,
  target: string,
): Promise<void> {
  const base = `${url}/api`;
  const story = new Story(base, await session(base, login, password));
  await story.user(login);
  const entity = await story.entity(folder);
  await story.export(entity);
  await story.restore(await story.backup(entity), target);
  compare(folder, target);
  await story.error();
  await story.leave(entity);
}

/** Logs in, and keeps the cookie, which only a browser would do by itself. */
async function session(baseUrl: string, login: string, password: string): Promise<string> {
  const answer = await createClient<paths>({ baseUrl }).POST("/session/login", { body: { login, password } });
  answered(answer);
  const cookie = only(answer.response.headers.getSetCookie()).split(";")[0];
  assert(cookie?.startsWith("JSESSIONID="));
  return cookie;
}

class Story {
  private readonly client: Client<paths>;

  constructor(
    private readonly base: string,
    private readonly cookie: string,
  ) {
    this.client = createClient<paths>({ baseUrl: base, headers: { Cookie: cookie } });
  }

  async user(login: string): Promise<void> {
    assert.equal(answered(await this.client.GET("/session/user")).requester?.name, login);
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
    const listed = answered(await this.client.GET("/protected-entities"));
    assert(listed.some((entity) => entity.guid === guid));
    return guid;
  }

  async export(guid: string): Promise<void> {
    const queued = await this.client.POST("/tasks/export", {
      body: { backupType: { name: "FULL" }, protectedEntities: [{ guid }] },
    });
    const task = only(answered(queued, 201)).guid;
    await this.finished(task);
    const following = await this.client.GET("/tasks", { params: { query: { "parent-task": task } } });
    await this.finished(only(answered(following)).guid);
  }

  private async finished(guid: string): Promise<void> {
    const params = { path: { guid } };
    const ended = await wait(async () => {
      const task = answered(await this.client.GET("/tasks/{guid}", { params }));
      const { name } = task.state;
      return name === "QUEUED" || name === "RUNNING" ? undefined : task;
    });
    assert.equal(ended.state.name, "FINISHED", JSON.stringify(ended));
  }

  async backup(entity: string): Promise<Schemas["BackupListRecord"]> {
    const params = { query: { "protected-entity": entity } };
    const backup = only(answered(await this.client.GET("/backups", { params })));
    assert.equal(backup.status.name, "SUCCESS", JSON.stringify(backup));
    assert(isRecent(given(backup.snapshotTime)), JSON.stringify(backup));
    return backup;
  }

  async restore({ guid }: Schemas["BackupListRecord"], restorePath: string): Promise<void> {
    const queued = await this.client.POST("/tasks/restore", { body: { backup: { guid }, restorePath } });
    await this.finished(answered(queued, 201).guid);
  }

  async error(): Promise<void> {
    const params = { path: { guid: "00000000-0000-0000-0000-000000000000" } };
    assert(refused(await this.client.GET("/backups/{guid}", { params }), 404).message);
  }

  async leave(entity: string): Promise<void> {
    const gone = await fetch(`${this.base}/entities/${entity}`, {
      method: "DELETE",
      headers: { Cookie: this.cookie },
    });
    assert.equal(gone.status, 204);
    done(await this.client.POST("/session/logout"));
    assert(refused(await this.client.GET("/session/user"), 401).message);
  }
}
