// What both stories need: answers of a certain status, waiting, and comparing folders.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

export function setting(name: string): string {
  const value = process.env[name];
  assert(value, `${name} is not set`);
  return value;
}

/** What a generated call comes back with. */
interface Answer<Data, Failure> {
  data?: Data;
  error?: Failure;
  response: Response;
}

/** The content of an answer, if it came with this status. */
export function answered<Data>(answer: Answer<Data, unknown>, status = 200): NonNullable<Data> {
  const { data, error, response } = answer;
  assert.equal(response.status, status, `${response.url}: ${JSON.stringify(error)}`);
  return given(data);
}

/** Holds that an answer has no content. */
export function done(answer: Answer<unknown, unknown>): void {
  assert.equal(answer.response.status, 204, JSON.stringify(answer.error));
}

/** The typed body of a refusal, if it came with this status. */
export function refused<Failure>(answer: Answer<unknown, Failure>, status: number): NonNullable<Failure> {
  assert.equal(answer.response.status, status);
  return given(answer.error);
}

/** A member that need not be there, and is. */
export function given<T>(value: T): NonNullable<T> {
  assert(value !== undefined && value !== null);
  return value;
}

export function only<T>(found: T[]): T {
  assert.equal(found.length, 1, JSON.stringify(found));
  return given(found[0]);
}

/** Looks until there is something. */
export async function wait<T>(look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + 60_000;
  while (Date.now() < end) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("nothing after 60 s");
}

/** Whether a time lies within the last hour. */
export function isRecent(milliseconds: number): boolean {
  const age = Date.now() - milliseconds;
  return age > -1000 && age < 3_600_000;
}

function contents(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  assert.notEqual(files.length, 0, `${folder} holds no files`);
  return new Map(files.sort().map((file) => [file.slice(folder.length), readFileSync(file)]));
}

export function compare(folder: string, target: string): void {
  assert.deepEqual(contents(join(target, basename(folder))), contents(folder));
}
