package com.example.story;

import static com.example.story.Scene.NAME;
import static com.example.story.Scene.await;
import static com.example.story.Scene.check;
import static com.example.story.Scene.checkRecent;
import static com.example.story.Scene.only;

import com.example.ibm.ApiClient;
import com.example.ibm.ApiException;
import com.example.ibm.api.ObjectsApi;
import com.example.ibm.api.PoliciesApi;
import com.example.ibm.api.ProtectionGroupsApi;
import com.example.ibm.api.RecoveriesApi;
import com.example.ibm.api.RunsApi;
import com.example.ibm.api.SnapshotsApi;
import com.example.ibm.api.SourcesApi;
import com.example.ibm.api.TokensApi;
import com.example.ibm.model.ApiError;
import com.example.ibm.model.BackupPolicy;
import com.example.ibm.model.BackupRunSummary;
import com.example.ibm.model.BackupRunType;
import com.example.ibm.model.BackupSchedule;
import com.example.ibm.model.DaySchedule;
import com.example.ibm.model.Environment;
import com.example.ibm.model.IncrementalBackupPolicy;
import com.example.ibm.model.PhysicalFileBackupPath;
import com.example.ibm.model.PhysicalFileProtectionGroupObject;
import com.example.ibm.model.PhysicalFileProtectionGroupParams;
import com.example.ibm.model.PhysicalFilesTarget;
import com.example.ibm.model.PhysicalProtectionGroupParams;
import com.example.ibm.model.PhysicalSourceRegistrationParams;
import com.example.ibm.model.ProtectionGroupRequest;
import com.example.ibm.model.ProtectionPolicy;
import com.example.ibm.model.ProtectionPolicyRequest;
import com.example.ibm.model.RecoverPath;
import com.example.ibm.model.RecoverPhysicalFilesParams;
import com.example.ibm.model.RecoverPhysicalParams;
import com.example.ibm.model.RecoverSnapshotParams;
import com.example.ibm.model.RecoverTarget;
import com.example.ibm.model.Recovery;
import com.example.ibm.model.RecoveryRequest;
import com.example.ibm.model.RegisterSourceRequest;
import com.example.ibm.model.RegularBackupPolicy;
import com.example.ibm.model.Retention;
import com.example.ibm.model.RetentionUnit;
import com.example.ibm.model.RunStatus;
import com.example.ibm.model.SourceRegistration;
import com.example.ibm.model.StartRunRequest;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The story of the IBM API. */
final class IbmStory {
    private final Scene scene;
    private final ApiClient client = new ApiClient();
    private final String tenant;

    IbmStory(Scene scene) {
        this.scene = scene;
        tenant = scene.tenant();
    }

    /** Tells it, and says how many operations it has called. */
    int tell() throws Exception {
        logIn();
        PoliciesApi policies = new PoliciesApi(client);
        ProtectionPolicy created = policies.createProtectionPolicy(tenant, policyRequest(7));
        String policy = created.getId();
        check(policy != null && NAME.equals(created.getName()), created);

        ProtectionPolicy listed = only("policies", policies.getProtectionPolicies(
                tenant, null, null, List.of(NAME), null, null, null, null, null).getPolicies());
        check(policy.equals(listed.getId()), listed);

        check(kept(policies, policy).equals(new Retention().unit(RetentionUnit.DAYS).duration(7L)), "not 7 days");
        policies.updateProtectionPolicy(tenant, policy, policyRequest(14));
        check(kept(policies, policy).getDuration() == 14, "not 14 days");

        long source = register();
        ProtectionGroupsApi groups = new ProtectionGroupsApi(client);
        String group = groups.createProtectionGroup(tenant, groupRequest(policy, source)).getId();
        run(group);
        String snapshot = only("snapshots", new ObjectsApi(client).getObjectSnapshots(
                tenant, source, null, null, null, null, null, null, List.of(group), null, null, null)
                .getSnapshots()).getId();
        Path large = scene.folder().resolve("large.bin");
        File file = new SnapshotsApi(client)
                .downloadIndexedFile(tenant, snapshot, large.toString(), null, null, null, null);
        long difference = Files.mismatch(file.toPath(), large);
        Files.delete(file.toPath());
        check(difference == -1, "the download differs from byte " + difference);
        restore(source, snapshot);
        scene.checkRestored("ibm");

        groups.deleteProtectionGroup(tenant, group, true);
        policies.deleteProtectionPolicy(tenant, policy);
        try {
            ProtectionPolicy still = policies.getProtectionPolicyById(tenant, policy, null);
            check(false, "got a deleted policy: " + still);
        } catch (ApiException refused) {
            check(refused.getCode() == 404, refused);
            ApiError told = client.getObjectMapper().readValue(refused.getResponseBody(), ApiError.class);
            check("NotFound".equals(told.getErrorCode()) && told.getMessage().contains("policy"), told);
        }
        return 16;
    }

    private void logIn() throws ApiException {
        // The identity service is a server of its own.
        ApiClient identity = new ApiClient();
        identity.updateBaseUri(scene.url());
        String token = new TokensApi(identity)
                .createToken("urn:ibm:params:oauth:grant-type:apikey", scene.apiKey()).getAccessToken();
        client.updateBaseUri(scene.url() + "/v2");
        client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));
    }

    /** A policy that keeps daily backups for so many days. */
    private static ProtectionPolicyRequest policyRequest(long days) {
        BackupSchedule schedule = new BackupSchedule()
                .unit(BackupSchedule.UnitEnum.DAYS)
                .daySchedule(new DaySchedule().frequency(1L));
        RegularBackupPolicy regular = new RegularBackupPolicy()
                .incremental(new IncrementalBackupPolicy().schedule(schedule))
                .retention(new Retention().unit(RetentionUnit.DAYS).duration(days));
        return new ProtectionPolicyRequest().name(NAME).backupPolicy(new BackupPolicy().regular(regular));
    }

    private Retention kept(PoliciesApi policies, String policy) throws ApiException {
        return policies.getProtectionPolicyById(tenant, policy, null).getBackupPolicy().getRegular().getRetention();
    }

    /** Makes this machine a source, unless somebody has, and gives the source's id. */
    private long register() throws ApiException {
        SourcesApi sources = new SourcesApi(client);
        RegisterSourceRequest request = new RegisterSourceRequest()
                .environment(Environment.K_PHYSICAL)
                .physicalParams(new PhysicalSourceRegistrationParams().endpoint("localhost"));
        try {
            return sources.registerProtectionSource(tenant, request).getSourceId();
        } catch (ApiException refused) {
            check(refused.getCode() == 409, refused);
        }
        List<SourceRegistration> local = sources
                .getSourceRegistrations(tenant, null, null, null, null, null, null).getRegistrations().stream()
                .filter(source -> source.getPhysicalParams() != null)
                .filter(source -> "localhost".equals(source.getPhysicalParams().getEndpoint()))
                .toList();
        return only("sources", local).getSourceId();
    }

    private ProtectionGroupRequest groupRequest(String policy, long source) {
        PhysicalFileProtectionGroupObject object = new PhysicalFileProtectionGroupObject()
                .id(source)
                .filePaths(List.of(new PhysicalFileBackupPath().includedPath(scene.folder().toString())));
        return new ProtectionGroupRequest()
                .name(NAME)
                .policyId(policy)
                .environment(Environment.K_PHYSICAL)
                .physicalParams(new PhysicalProtectionGroupParams()
                        .protectionType(PhysicalProtectionGroupParams.ProtectionTypeEnum.K_FILE)
                        .fileProtectionTypeParams(new PhysicalFileProtectionGroupParams().objects(List.of(object))));
    }

    /** Backs the group up. */
    private void run(String group) throws Exception {
        RunsApi runs = new RunsApi(client);
        runs.createProtectionGroupRun(tenant, group, new StartRunRequest().runType(BackupRunType.K_REGULAR));
        BackupRunSummary info = await(
                "the run",
                () -> only("runs", runs.getProtectionGroupRuns(
                        tenant, group, null, null, null, null, null, null, null, null, null, null, null, null, null,
                        null, null, null, null, null).getRuns()).getLocalBackupInfo(),
                found -> found != null && found.getEndTimeUsecs() != null);
        check(info.getStatus() == RunStatus.SUCCEEDED, info);
        check(info.getStartTimeUsecs() <= info.getEndTimeUsecs(), info);
        checkRecent("the run's begin", Instant.EPOCH.plus(info.getStartTimeUsecs(), ChronoUnit.MICROS));
        checkRecent("the run's end", Instant.EPOCH.plus(info.getEndTimeUsecs(), ChronoUnit.MICROS));
    }

    /** Writes the snapshot's files below the target. */
    private void restore(long source, String snapshot) throws Exception {
        PhysicalFilesTarget target = new PhysicalFilesTarget()
                .recoverTarget(new RecoverTarget().id(source))
                .restoreToOriginalPaths(false)
                .alternateRestoreDirectory(scene.target().resolve("ibm").toString());
        RecoverPhysicalFilesParams files = new RecoverPhysicalFilesParams()
                .filesAndFolders(List.of(new RecoverPath().absolutePath(scene.folder().toString())))
                .targetEnvironment(RecoverPhysicalFilesParams.TargetEnvironmentEnum.K_PHYSICAL)
                .physicalTargetParams(target);
        RecoverPhysicalParams physical = new RecoverPhysicalParams()
                .objects(List.of(new RecoverSnapshotParams().snapshotId(snapshot)))
                .recoveryAction(RecoverPhysicalParams.RecoveryActionEnum.RECOVER_FILES)
                .recoverFileAndFolderParams(files);
        RecoveryRequest request = new RecoveryRequest()
                .name(NAME)
                .snapshotEnvironment(Environment.K_PHYSICAL)
                .physicalParams(physical);
        RecoveriesApi recoveries = new RecoveriesApi(client);
        String id = recoveries.createRecovery(tenant, request, null).getId();
        Recovery recovery = await(
                "the recovery",
                () -> recoveries.getRecoveryById(tenant, id),
                found -> found.getEndTimeUsecs() != null);
        check(recovery.getStatus() == RunStatus.SUCCEEDED, recovery);
    }
}
