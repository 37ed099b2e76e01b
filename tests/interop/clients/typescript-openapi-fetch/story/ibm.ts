// The IBM story.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "../ibm.js";
import { answered, compare, done, given, isRecent, only, refused, wait } from "./scene.js";

type Schemas = components["schemas"];

const NAME = "interop openapi-fetch";

export async function tell(
  url: string,
  apiKey: string,
  tenant: string,
  folder: string,
  target: string,
): Promise<void> {
  const story = new Story(url, await token(url, apiKey), tenant);
  const policy = await story.policy();
  const source = await story.source();
  const group = await story.group(policy, source, folder);
  await story.run(group);
  const snapshot = await story.snapshot(group, source);
  await story.download(snapshot, join(folder, "large.bin"));
  await story.restore(snapshot, source, folder, target);
  compare(folder, target);
  await story.leave(group, policy);
}

async function token(url: string, apikey: string): Promise<string> {
  const answer = await createClient<paths>({ baseUrl: url }).POST("/identity/token", {
    body: { grant_type: "urn:ibm:params:oauth:grant-type:apikey", apikey },
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  return answered(answer).access_token;
}

class Story {
  private readonly client: Client<paths>;
  private readonly header: { "X-IBM-Tenant-ID": string };

  constructor(url: string, token: string, tenant: string) {
    this.client = createClient<paths>({
      baseUrl: `${url}/v2`,
      headers: { Authorization: `Bearer ${token}` },
      // The types do not carry how the document joins lists.
      querySerializer: { array: { style: "form", explode: false } },
    });
    this.header = { "X-IBM-Tenant-ID": tenant };
  }

  async policy(): Promise<string> {
    const { client, header } = this;
    const made = answered(
      await client.POST("/data-protect/policies", { params: { header }, body: daily(7) }),
      201,
    );
    assert.equal(made.name, NAME);
    const id = given(made.id);

    const query = { policyNames: [NAME, "of no policy"] };
    const listed = answered(await client.GET("/data-protect/policies", { params: { header, query } }));
    assert.equal(only(given(listed.policies)).id, id);

    assert.equal(daysKept(await this.policyById(id)), 7);
    const path = { id };
    answered(await client.PUT("/data-protect/policies/{id}", { params: { header, path }, body: daily(14) }));
    assert.equal(daysKept(await this.policyById(id)), 14);
    return id;
  }

  private async policyById(id: string): Promise<Schemas["ProtectionPolicy"]> {
    const params = { header: this.header, path: { id } };
    return answered(await this.client.GET("/data-protect/policies/{id}", { params }));
  }

  async source(): Promise<number> {
    const params = { header: this.header };
    const registered = await this.client.POST("/data-protect/sources/registrations", {
      params,
      body: { environment: "kPhysical", physicalParams: { endpoint: "localhost" } },
    });
    if (registered.response.status !== 409) {
      return given(answered(registered, 201).sourceId);
    }
    const listed = answered(await this.client.GET("/data-protect/sources/registrations", { params }));
    const local = given(listed.registrations).filter(
      (source) => source.physicalParams?.endpoint === "localhost",
    );
    return given(only(local).sourceId);
  }

  async group(policyId: string, source: number, folder: string): Promise<string> {
    const body: Schemas["ProtectionGroupRequest"] = {
      name: NAME,
      policyId,
      environment: "kPhysical",
      physicalParams: {
        protectionType: "kFile",
        fileProtectionTypeParams: { objects: [{ id: source, filePaths: [{ includedPath: folder }] }] },
      },
    };
    const params = { header: this.header };
    const made = answered(await this.client.POST("/data-protect/protection-groups", { params, body }), 201);
    assert.equal(made.policyId, policyId);
    return given(made.id);
  }

  async run(group: string): Promise<void> {
    const params = { header: this.header, path: { id: group } };
    const started = answered(
      await this.client.POST("/data-protect/protection-groups/{id}/runs", {
        params,
        body: { runType: "kRegular" },
      }),
      202,
    );
    assert.equal(started.protectionGroupId, group);

    const run = await wait(async () => {
      const listed = answered(
        await this.client.GET("/data-protect/protection-groups/{id}/runs", { params }),
      );
      const summary = only(given(listed.runs)).localBackupInfo;
      return summary?.endTimeUsecs === undefined ? undefined : summary;
    });
    assert.equal(run.status, "Succeeded", JSON.stringify(run));
    const start = given(run.startTimeUsecs);
    const end = given(run.endTimeUsecs);
    assert(Number.isSafeInteger(start) && Number.isSafeInteger(end) && start <= end, `${start} to ${end}`);
    assert(isRecent(start / 1e3) && isRecent(end / 1e3), `${start} to ${end}`);
  }

  async snapshot(group: string, source: number): Promise<string> {
    const params = {
      header: this.header,
      path: { id: source },
      query: { protectionGroupIds: [group] },
    };
    const listed = answered(await this.client.GET("/data-protect/objects/{id}/snapshots", { params }));
    return given(only(given(listed.snapshots)).id);
  }

  async download(snapshot: string, file: string): Promise<void> {
    const params = {
      header: this.header,
      path: { snapshotsId: snapshot },
      query: { filePath: file },
    };
    const answer = await this.client.GET("/data-protect/snapshots/{snapshotsId}/download-file", {
      params,
      parseAs: "arrayBuffer",
    });
    assert.deepEqual(Buffer.from(answered(answer)), readFileSync(file));
  }

  async restore(snapshotId: string, source: number, folder: string, target: string): Promise<void> {
    const body: Schemas["RecoveryRequest"] = {
      name: NAME,
      snapshotEnvironment: "kPhysical",
      physicalParams: {
        recoveryAction: "RecoverFiles",
        objects: [{ snapshotId }],
        recoverFileAndFolderParams: {
          filesAndFolders: [{ absolutePath: folder }],
          targetEnvironment: "kPhysical",
          physicalTargetParams: {
            recoverTarget: { id: source },
            restoreToOriginalPaths: false,
            alternateRestoreDirectory: target,
          },
        },
      },
    };
    const { client, header } = this;
    const made = answered(await client.POST("/data-protect/recoveries", { params: { header }, body }), 201);
    const params = { header, path: { id: given(made.id) } };
    const recovery = await wait(async () => {
      const found = answered(await client.GET("/data-protect/recoveries/{id}", { params }));
      return found.endTimeUsecs === undefined ? undefined : found;
    });
    assert.equal(recovery.status, "Succeeded", JSON.stringify(recovery));
  }

  async leave(group: string, policy: string): Promise<void> {
    const { client, header } = this;
    done(
      await client.DELETE("/data-protect/protection-groups/{id}", {
        params: { header, path: { id: group }, query: { deleteSnapshots: true } },
      }),
    );
    const params = { header, path: { id: policy } };
    done(await client.DELETE("/data-protect/policies/{id}", { params }));
    const error = refused(await client.GET("/data-protect/policies/{id}", { params }), 404);
    assert.equal(error.errorCode, "NotFound");
    assert(error.message);
  }
}

function daily(duration: number): Schemas["ProtectionPolicyRequest"] {
  const schedule = { unit: "Days", daySchedule: { frequency: 1 } } as const;
  return {
    name: NAME,
    backupPolicy: { regular: { incremental: { schedule }, retention: { unit: "Days", duration } } },
  };
}

function daysKept(policy: Schemas["ProtectionPolicy"]): number {
  const retention = given(policy.backupPolicy.regular.retention);
  assert.equal(retention.unit, "Days");
  return retention.duration;
}
