package main

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"example/interop/ibm"
	"example/interop/scene"
)

const name = "interop go-oapi-codegen"

// policyRequest is a policy that keeps daily backups for so many days.
func policyRequest(days int64) ibm.ProtectionPolicyRequest {
	return ibm.ProtectionPolicyRequest{
		Name: name,
		BackupPolicy: ibm.BackupPolicy{Regular: ibm.RegularBackupPolicy{
			Incremental: &ibm.IncrementalBackupPolicy{Schedule: ibm.BackupSchedule{
				Unit:        ibm.BackupScheduleUnitDays,
				DaySchedule: &ibm.DaySchedule{Frequency: 1},
			}},
			Retention: &ibm.Retention{Unit: ibm.RetentionUnitDays, Duration: days},
		}},
	}
}

// tellIBM tells the story of the IBM API, and says how many operations it has called.
func tellIBM(s scene.Scene) int {
	ctx := context.Background()
	// The identity service is a server of its own.
	identity := scene.Must(ibm.NewClientWithResponses(s.URL))
	got := scene.Must(identity.CreateTokenWithFormdataBodyWithResponse(ctx, ibm.TokenRequest{
		GrantType: ibm.UrnIbmParamsOauthGrantTypeApikey,
		Apikey:    s.APIKey,
	}))
	token := body(got, got.JSON200).AccessToken
	authorized := ibm.WithRequestEditorFn(func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+token)
		return nil
	})
	client := scene.Must(ibm.NewClientWithResponses(s.URL+"/v2", authorized))

	made := scene.Must(client.CreateProtectionPolicyWithResponse(ctx,
		&ibm.CreateProtectionPolicyParams{XIBMTenantID: s.Tenant}, policyRequest(7)))
	created := body(made, made.JSON201)
	policy := value(created.Id)
	scene.Check(policy != "" && created.Name == name, "created: %s", made.Body)

	list := scene.Must(client.GetProtectionPoliciesWithResponse(ctx,
		&ibm.GetProtectionPoliciesParams{XIBMTenantID: s.Tenant, PolicyNames: &[]string{name}}))
	listed := scene.Only("policies", value(body(list, list.JSON200).Policies))
	scene.Check(value(listed.Id) == policy, "listed: %s", list.Body)

	get := func() *ibm.GetProtectionPolicyByIdResponse {
		return scene.Must(client.GetProtectionPolicyByIdWithResponse(ctx, policy,
			&ibm.GetProtectionPolicyByIdParams{XIBMTenantID: s.Tenant}))
	}
	kept := func() ibm.Retention {
		got := get()
		return value(body(got, got.JSON200).BackupPolicy.Regular.Retention)
	}
	scene.Check(kept() == ibm.Retention{Unit: ibm.RetentionUnitDays, Duration: 7}, "kept for %+v", kept())
	updated := scene.Must(client.UpdateProtectionPolicyWithResponse(ctx, policy,
		&ibm.UpdateProtectionPolicyParams{XIBMTenantID: s.Tenant}, policyRequest(14)))
	body(updated, updated.JSON200)
	scene.Check(kept().Duration == 14, "kept for %+v", kept())

	source := register(ctx, client, s)

	grouped := scene.Must(client.CreateProtectionGroupWithResponse(ctx,
		&ibm.CreateProtectionGroupParams{XIBMTenantID: s.Tenant},
		ibm.ProtectionGroupRequest{
			Name:        name,
			PolicyId:    policy,
			Environment: ibm.EnvironmentKPhysical,
			PhysicalParams: &ibm.PhysicalProtectionGroupParams{
				ProtectionType: ibm.PhysicalProtectionGroupParamsProtectionTypeKFile,
				FileProtectionTypeParams: &ibm.PhysicalFileProtectionGroupParams{
					Objects: []ibm.PhysicalFileProtectionGroupObject{{
						Id:        source,
						FilePaths: &[]ibm.PhysicalFileBackupPath{{IncludedPath: s.Folder}},
					}},
				},
			},
		}))
	group := value(body(grouped, grouped.JSON201).Id)

	run(ctx, client, s, group)

	snapshots := scene.Must(client.GetObjectSnapshotsWithResponse(ctx, source,
		&ibm.GetObjectSnapshotsParams{XIBMTenantID: s.Tenant, ProtectionGroupIds: &[]string{group}}))
	snapshot := scene.Only("snapshots", value(body(snapshots, snapshots.JSON200).Snapshots))

	large := s.Large()
	file := scene.Must(client.DownloadIndexedFileWithResponse(ctx, value(snapshot.Id),
		&ibm.DownloadIndexedFileParams{XIBMTenantID: s.Tenant, FilePath: &large}))
	scene.Check(file.StatusCode() == http.StatusOK, "downloading: %s", file.Status())
	s.CheckDownloaded(file.Body)

	restore(ctx, client, s, source, value(snapshot.Id))
	s.CheckRestored("ibm")

	all := true
	groupGone := scene.Must(client.DeleteProtectionGroupWithResponse(ctx, group,
		&ibm.DeleteProtectionGroupParams{XIBMTenantID: s.Tenant, DeleteSnapshots: &all}))
	scene.Check(groupGone.StatusCode() == http.StatusNoContent, "deleting the group: %s", groupGone.Body)
	policyGone := scene.Must(client.DeleteProtectionPolicyWithResponse(ctx, policy,
		&ibm.DeleteProtectionPolicyParams{XIBMTenantID: s.Tenant}))
	scene.Check(policyGone.StatusCode() == http.StatusNoContent, "deleting the policy: %s", policyGone.Body)

	refused := get()
	told := body(refused, refused.JSONDefault)
	scene.Check(refused.StatusCode() == http.StatusNotFound, "got a deleted policy: %s", refused.Status())
	scene.Check(value(told.ErrorCode) == "NotFound" && strings.Contains(value(told.Message), "policy"),
		"refused with %s", refused.Body)
	return 16
}

// register makes this machine a source, unless somebody has, and gives the source's id.
func register(ctx context.Context, client *ibm.ClientWithResponses, s scene.Scene) int64 {
	made := scene.Must(client.RegisterProtectionSourceWithResponse(ctx,
		&ibm.RegisterProtectionSourceParams{XIBMTenantID: s.Tenant},
		ibm.RegisterSourceRequest{
			Environment:    ibm.EnvironmentKPhysical,
			PhysicalParams: &ibm.PhysicalSourceRegistrationParams{Endpoint: "localhost"},
		}))
	if made.JSON201 != nil {
		return value(made.JSON201.SourceId)
	}
	scene.Check(made.StatusCode() == http.StatusConflict, "registering: %s: %s", made.Status(), made.Body)
	list := scene.Must(client.GetSourceRegistrationsWithResponse(ctx,
		&ibm.GetSourceRegistrationsParams{XIBMTenantID: s.Tenant}))
	for _, registration := range value(body(list, list.JSON200).Registrations) {
		if registration.PhysicalParams != nil && registration.PhysicalParams.Endpoint == "localhost" {
			return value(registration.SourceId)
		}
	}
	scene.Check(false, "the source is registered and not listed: %s", list.Body)
	return 0
}

// run backs the group up.
func run(ctx context.Context, client *ibm.ClientWithResponses, s scene.Scene, group string) {
	begin := scene.Must(client.CreateProtectionGroupRunWithResponse(ctx, group,
		&ibm.CreateProtectionGroupRunParams{XIBMTenantID: s.Tenant},
		ibm.StartRunRequest{RunType: ibm.BackupRunTypeKRegular}))
	body(begin, begin.JSON202)
	info := scene.Await("the run", func() (ibm.BackupRunSummary, bool) {
		list := scene.Must(client.GetProtectionGroupRunsWithResponse(ctx, group,
			&ibm.GetProtectionGroupRunsParams{XIBMTenantID: s.Tenant}))
		info := value(scene.Only("runs", value(body(list, list.JSON200).Runs)).LocalBackupInfo)
		return info, info.EndTimeUsecs != nil
	})
	status := value(info.Status)
	scene.Check(status == ibm.RunStatusSucceeded, "the run: %s %q", status, value(info.Messages))
	begun, ended := time.UnixMicro(value(info.StartTimeUsecs)), time.UnixMicro(value(info.EndTimeUsecs))
	scene.Check(!begun.After(ended), "the run begins at %s and ends at %s", begun, ended)
	scene.CheckRecent("the run's begin", begun)
	scene.CheckRecent("the run's end", ended)
}

// restore writes the snapshot's files below the target.
func restore(ctx context.Context, client *ibm.ClientWithResponses, s scene.Scene, source int64, snapshot string) {
	original, folder := false, filepath.Join(s.Target, "ibm")
	made := scene.Must(client.CreateRecoveryWithResponse(ctx, &ibm.CreateRecoveryParams{XIBMTenantID: s.Tenant},
		ibm.RecoveryRequest{
			Name:                name,
			SnapshotEnvironment: ibm.EnvironmentKPhysical,
			PhysicalParams: &ibm.RecoverPhysicalParams{
				Objects:        []ibm.RecoverSnapshotParams{{SnapshotId: snapshot}},
				RecoveryAction: ibm.RecoverPhysicalParamsRecoveryActionRecoverFiles,
				RecoverFileAndFolderParams: &ibm.RecoverPhysicalFilesParams{
					FilesAndFolders:   []ibm.RecoverPath{{AbsolutePath: s.Folder}},
					TargetEnvironment: ibm.RecoverPhysicalFilesParamsTargetEnvironmentKPhysical,
					PhysicalTargetParams: &ibm.PhysicalFilesTarget{
						RecoverTarget:             ibm.RecoverTarget{Id: source},
						RestoreToOriginalPaths:    &original,
						AlternateRestoreDirectory: &folder,
					},
				},
			},
		}))
	id := value(body(made, made.JSON201).Id)
	recovery := scene.Await("the recovery", func() (ibm.Recovery, bool) {
		got := scene.Must(client.GetRecoveryByIdWithResponse(ctx, id,
			&ibm.GetRecoveryByIdParams{XIBMTenantID: s.Tenant}))
		recovery := body(got, got.JSON200)
		return recovery, recovery.EndTimeUsecs != nil
	})
	status := value(recovery.Status)
	scene.Check(status == ibm.RunStatusSucceeded, "the recovery: %s %q", status, value(recovery.Messages))
}
