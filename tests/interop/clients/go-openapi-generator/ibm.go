package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	ibm "github.com/example/ibm"

	"example/interop/scene"
)

const name = "interop go-openapi-generator"

// policyRequest is a policy that keeps daily backups for so many days.
func policyRequest(days int64) ibm.ProtectionPolicyRequest {
	schedule := ibm.NewBackupSchedule("Days")
	schedule.SetDaySchedule(*ibm.NewDaySchedule(1))
	regular := ibm.NewRegularBackupPolicy()
	regular.SetIncremental(*ibm.NewIncrementalBackupPolicy(*schedule))
	regular.SetRetention(*ibm.NewRetention(ibm.DAYS, days))
	return *ibm.NewProtectionPolicyRequest(name, *ibm.NewBackupPolicy(*regular))
}

// tellIBM tells the story of the IBM API, and says how many operations it has called.
func tellIBM(s scene.Scene) int {
	configuration := ibm.NewConfiguration()
	configuration.Servers = ibm.ServerConfigurations{{URL: s.URL + "/v2"}}
	configuration.OperationServers["TokensAPIService.CreateToken"] = ibm.ServerConfigurations{{URL: s.URL}}
	client := ibm.NewAPIClient(configuration)
	ctx := context.Background()

	token := got(client.TokensAPI.CreateToken(ctx).GrantType("urn:ibm:params:oauth:grant-type:apikey").
		Apikey(s.APIKey).Execute())
	ctx = context.WithValue(ctx, ibm.ContextAccessToken, token.AccessToken)

	policy := got(client.PoliciesAPI.CreateProtectionPolicy(ctx).XIBMTenantID(s.Tenant).
		ProtectionPolicyRequest(policyRequest(7)).Execute())
	scene.Check(policy.GetId() != "" && policy.Name == name, "created: %+v", policy)

	list := got(client.PoliciesAPI.GetProtectionPolicies(ctx).XIBMTenantID(s.Tenant).
		PolicyNames([]string{name}).Execute())
	listed := scene.Only("policies", list.Policies)
	scene.Check(listed.GetId() == policy.GetId(), "listed: %+v", listed)

	get := client.PoliciesAPI.GetProtectionPolicyById(ctx, policy.GetId()).XIBMTenantID(s.Tenant)
	kept := got(get.Execute()).BackupPolicy.Regular.GetRetention()
	scene.Check(kept.Duration == 7 && kept.Unit == ibm.DAYS, "kept for %+v", kept)
	got(client.PoliciesAPI.UpdateProtectionPolicy(ctx, policy.GetId()).XIBMTenantID(s.Tenant).
		ProtectionPolicyRequest(policyRequest(14)).Execute())
	kept = got(get.Execute()).BackupPolicy.Regular.GetRetention()
	scene.Check(kept.Duration == 14, "kept for %+v", kept)

	source := register(ctx, client, s)

	object := ibm.NewPhysicalFileProtectionGroupObject(source)
	object.SetFilePaths([]ibm.PhysicalFileBackupPath{*ibm.NewPhysicalFileBackupPath(s.Folder)})
	physical := ibm.NewPhysicalProtectionGroupParams("kFile")
	physical.SetFileProtectionTypeParams(
		*ibm.NewPhysicalFileProtectionGroupParams([]ibm.PhysicalFileProtectionGroupObject{*object}))
	groupRequest := ibm.NewProtectionGroupRequest(name, policy.GetId(), ibm.K_PHYSICAL)
	groupRequest.SetPhysicalParams(*physical)
	group := got(client.ProtectionGroupsAPI.CreateProtectionGroup(ctx).XIBMTenantID(s.Tenant).
		ProtectionGroupRequest(*groupRequest).Execute()).GetId()

	run(ctx, client, s, group)

	snapshots := got(client.ObjectsAPI.GetObjectSnapshots(ctx, source).XIBMTenantID(s.Tenant).
		ProtectionGroupIds([]string{group}).Execute())
	snapshot := scene.Only("snapshots", snapshots.Snapshots)

	file := got(client.SnapshotsAPI.DownloadIndexedFile(ctx, snapshot.GetId()).XIBMTenantID(s.Tenant).
		FilePath(s.Large()).Execute())
	defer os.Remove(file.Name())
	defer file.Close()
	s.CheckDownloaded(scene.Must(io.ReadAll(file)))

	restore(ctx, client, s, source, snapshot.GetId())
	s.CheckRestored("ibm")

	_, err := client.ProtectionGroupsAPI.DeleteProtectionGroup(ctx, group).XIBMTenantID(s.Tenant).
		DeleteSnapshots(true).Execute()
	scene.Check(err == nil, "deleting the group: %v", err)
	_, err = client.PoliciesAPI.DeleteProtectionPolicy(ctx, policy.GetId()).XIBMTenantID(s.Tenant).Execute()
	scene.Check(err == nil, "deleting the policy: %v", err)

	_, response, err := get.Execute()
	var failure *ibm.GenericOpenAPIError
	scene.Check(errors.As(err, &failure), "got a deleted policy: %v", err)
	told, is := failure.Model().(ibm.ApiError)
	scene.Check(is && response.StatusCode == http.StatusNotFound, "%s: %s", response.Status, failure.Body())
	scene.Check(told.GetErrorCode() == "NotFound" && strings.Contains(told.GetMessage(), "policy"),
		"refused with %+v", told)
	return 16
}

// register makes this machine a source, unless somebody has, and gives the source's id.
func register(ctx context.Context, client *ibm.APIClient, s scene.Scene) int64 {
	request := ibm.NewRegisterSourceRequest(ibm.K_PHYSICAL)
	request.SetPhysicalParams(*ibm.NewPhysicalSourceRegistrationParams("localhost"))
	made, response, err := client.SourcesAPI.RegisterProtectionSource(ctx).XIBMTenantID(s.Tenant).
		RegisterSourceRequest(*request).Execute()
	if err == nil {
		return made.GetSourceId()
	}
	scene.Check(response != nil && response.StatusCode == http.StatusConflict, "registering: %v", err)
	list := got(client.SourcesAPI.GetSourceRegistrations(ctx).XIBMTenantID(s.Tenant).Execute())
	for _, registration := range list.Registrations {
		if registration.PhysicalParams != nil && registration.PhysicalParams.Endpoint == "localhost" {
			return registration.GetSourceId()
		}
	}
	scene.Check(false, "the source is registered and not listed")
	return 0
}

// run backs the group up.
func run(ctx context.Context, client *ibm.APIClient, s scene.Scene, group string) {
	got(client.RunsAPI.CreateProtectionGroupRun(ctx, group).XIBMTenantID(s.Tenant).
		StartRunRequest(*ibm.NewStartRunRequest(ibm.K_REGULAR)).Execute())
	info := scene.Await("the run", func() (ibm.BackupRunSummary, bool) {
		list := got(client.RunsAPI.GetProtectionGroupRuns(ctx, group).XIBMTenantID(s.Tenant).Execute())
		only := scene.Only("runs", list.Runs)
		info := only.GetLocalBackupInfo()
		return info, info.EndTimeUsecs != nil
	})
	scene.Check(info.GetStatus() == ibm.SUCCEEDED, "the run: %s %q", info.GetStatus(), info.Messages)
	begun, ended := time.UnixMicro(info.GetStartTimeUsecs()), time.UnixMicro(info.GetEndTimeUsecs())
	scene.Check(!begun.After(ended), "the run begins at %s and ends at %s", begun, ended)
	scene.CheckRecent("the run's begin", begun)
	scene.CheckRecent("the run's end", ended)
}

// restore writes the snapshot's files below the target.
func restore(ctx context.Context, client *ibm.APIClient, s scene.Scene, source int64, snapshot string) {
	target := ibm.NewPhysicalFilesTarget(*ibm.NewRecoverTarget(source))
	target.SetRestoreToOriginalPaths(false)
	target.SetAlternateRestoreDirectory(filepath.Join(s.Target, "ibm"))
	files := ibm.NewRecoverPhysicalFilesParams([]ibm.RecoverPath{*ibm.NewRecoverPath(s.Folder)}, "kPhysical")
	files.SetPhysicalTargetParams(*target)
	physical := ibm.NewRecoverPhysicalParams(
		[]ibm.RecoverSnapshotParams{*ibm.NewRecoverSnapshotParams(snapshot)}, "RecoverFiles")
	physical.SetRecoverFileAndFolderParams(*files)
	request := ibm.NewRecoveryRequest(name, ibm.K_PHYSICAL)
	request.SetPhysicalParams(*physical)
	made := got(client.RecoveriesAPI.CreateRecovery(ctx).XIBMTenantID(s.Tenant).RecoveryRequest(*request).Execute())
	recovery := scene.Await("the recovery", func() (*ibm.Recovery, bool) {
		recovery := got(client.RecoveriesAPI.GetRecoveryById(ctx, made.GetId()).XIBMTenantID(s.Tenant).Execute())
		return recovery, recovery.EndTimeUsecs != nil
	})
	scene.Check(recovery.GetStatus() == ibm.SUCCEEDED, "the recovery: %s %q", recovery.GetStatus(), recovery.Messages)
}
