// The IBM story.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { createClient } from "../ibm/client/index.js";
import { client } from "../ibm/client.gen.js";
import {
  createProtectionGroup,
  createProtectionGroupRun,
  createProtectionPolicy,
  createRecovery,
  createToken,
  deleteProtectionGroup,
  deleteProtectionPolicy,
  downloadIndexedFile,
  getObjectSnapshots,
  getProtectionGroupRuns,
  getProtectionPolicies,
  getProtectionPolicyById,
  getRecoveryById,
  getSourceRegistrations,
  type ProtectionGroupRequest,
  type ProtectionPolicy,
  type ProtectionPolicyRequest,
  type RecoveryRequest,
  registerProtectionSource,
  updateProtectionPolicy,
} from "../ibm/index.js";
import { answered, compare, done, given, isRecent, only, refused, wait } from "./scene.js";

const NAME = "interop hey-api";

export async function tell(
  url: string,
  apiKey: string,
  tenant: string,
  folder: string,
  target: string,
): Promise<void> {
  client.setConfig({ baseUrl: `${url}/v2`, auth: await token(url, apiKey) });
  const story = new Story(tenant);
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
  const body = { grant_type: "urn:ibm:params:oauth:grant-type:apikey", apikey } as const;
  return answered(await createToken({ client: createClient({ baseUrl: url }), body })).access_token;
}

class Story {
  private readonly headers: { "X-IBM-Tenant-ID": string };

  constructor(tenant: string) {
    this.headers = { "X-IBM-Tenant-ID": tenant };
  }

  async policy(): Promise<string> {
    const { headers } = this;
    const made = answered(await createProtectionPolicy({ headers, body: daily(7) }), 201);
    assert.equal(made.name, NAME);
    const id = given(made.id);

    const query = { policyNames: [NAME, "of no policy"] };
    const listed = answered(await getProtectionPolicies({ headers, query }));
    assert.equal(only(given(listed.policies)).id, id);

    const path = { id };
    assert.equal(daysKept(answered(await getProtectionPolicyById({ headers, path }))), 7);
    answered(await updateProtectionPolicy({ headers, path, body: daily(14) }));
    assert.equal(daysKept(answered(await getProtectionPolicyById({ headers, path }))), 14);
    return id;
  }

  async source(): Promise<number> {
    const { headers } = this;
    const registered = await registerProtectionSource({
      headers,
      body: { environment: "kPhysical", physicalParams: { endpoint: "localhost" } },
    });
    if (given(registered.response).status !== 409) {
      return given(answered(registered, 201).sourceId);
    }
    const listed = answered(await getSourceRegistrations({ headers }));
    const local = given(listed.registrations).filter(
      (source) => source.physicalParams?.endpoint === "localhost",
    );
    return given(only(local).sourceId);
  }

  async group(policyId: string, source: number, folder: string): Promise<string> {
    const body: ProtectionGroupRequest = {
      name: NAME,
      policyId,
      environment: "kPhysical",
      physicalParams: {
        protectionType: "kFile",
        fileProtectionTypeParams: { objects: [{ id: source, filePaths: [{ includedPath: folder }] }] },
      },
    };
    const made = answered(await createProtectionGroup({ headers: this.headers, body }), 201);
    assert.equal(made.policyId, policyId);
    return given(made.id);
  }

  async run(group: string): Promise<void> {
    const { headers } = this;
    const path = { id: group };
    const started = await createProtectionGroupRun({ headers, path, body: { runType: "kRegular" } });
    assert.equal(answered(started, 202).protectionGroupId, group);

    const run = await wait(async () => {
      const listed = answered(await getProtectionGroupRuns({ headers, path }));
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
    const query = { protectionGroupIds: [group] };
    const listed = await getObjectSnapshots({ headers: this.headers, path: { id: source }, query });
    return given(only(given(answered(listed).snapshots)).id);
  }

  async download(snapshot: string, file: string): Promise<void> {
    const path = { snapshotsId: snapshot };
    const answer = await downloadIndexedFile({ headers: this.headers, path, query: { filePath: file } });
    const bytes = await answered(answer).arrayBuffer();
    assert.deepEqual(Buffer.from(bytes), readFileSync(file));
  }

  async restore(snapshotId: string, source: number, folder: string, target: string): Promise<void> {
    const body: RecoveryRequest = {
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
    const { headers } = this;
    const made = answered(await createRecovery({ headers, body }), 201);
    const path = { id: given(made.id) };
    const recovery = await wait(async () => {
      const found = answered(await getRecoveryById({ headers, path }));
      return found.endTimeUsecs === undefined ? undefined : found;
    });
    assert.equal(recovery.status, "Succeeded", JSON.stringify(recovery));
  }

  async leave(group: string, policy: string): Promise<void> {
    const { headers } = this;
    done(await deleteProtectionGroup({ headers, path: { id: group }, query: { deleteSnapshots: true } }));
    const path = { id: policy };
    done(await deleteProtectionPolicy({ headers, path }));
    const error = refused(await getProtectionPolicyById({ headers, path }), 404);
    assert.equal(error.errorCode, "NotFound");
    assert(error.message);
  }
}

function daily(duration: number): ProtectionPolicyRequest {
  const schedule = { unit: "Days", daySchedule: { frequency: 1 } } as const;
  return {
    name: NAME,
    backupPolicy: { regular: { incremental: { schedule }, retention: { unit: "Days", duration } } },
  };
}

function daysKept(policy: ProtectionPolicy): number {
  const retention = given(policy.backupPolicy.regular.retention);
  assert.equal(retention.unit, "Days");
  return retention.duration;
}
