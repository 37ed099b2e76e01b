package interop

import (
	"testing"

	"github.com/IBM/go-sdk-core/v5/core"
	sdk "github.com/IBM/ibm-backup-recovery-sdk-go/backuprecoveryv1"
)

func TestPolicyLivesAndDies(t *testing.T) {
	s := newService(t)
	made := must(t, s.CreateProtectionPolicy, s.NewCreateProtectionPolicyOptions(s.tenant, "gold", dailyFor(7)))
	if *made.Name != "gold" || *made.BackupPolicy.Regular.Retention.Duration != 7 {
		t.Errorf("made: %s", shown(made))
	}
	get := s.NewGetProtectionPolicyByIdOptions(*made.ID, s.tenant)
	if got := must(t, s.GetProtectionPolicyByID, get); shown(got) != shown(made) {
		t.Errorf("got %s, not %s", shown(got), shown(made))
	}
	change := s.NewUpdateProtectionPolicyOptions(*made.ID, s.tenant, "silver", dailyFor(3))
	changed := must(t, s.UpdateProtectionPolicy, change)
	if *changed.ID != *made.ID || *changed.LastModificationTimeUsecs <= *made.LastModificationTimeUsecs {
		t.Errorf("changed: %s", shown(changed))
	}
	change.ID = nil
	keeps(t, "changed", changed, change)
	// Names are joined with commas; what asks is said in a header.
	some := s.NewGetProtectionPoliciesOptions(s.tenant).SetPolicyNames([]string{"silver", "bronze"}).
		SetTypes([]string{sdk.GetProtectionPoliciesOptions_Types_Regular}).SetIncludeStats(true).
		SetRequestInitiatorType(sdk.GetProtectionPoliciesOptions_RequestInitiatorType_Uiuser)
	listed := must(t, s.GetProtectionPolicies, some).Policies
	if len(listed) != 1 || *listed[0].ID != *made.ID || *listed[0].NumProtectionGroups != 0 {
		t.Errorf("listed: %s", shown(listed))
	}
	do(t, s.DeleteProtectionPolicy, s.NewDeleteProtectionPolicyOptions(*made.ID, s.tenant))
	_, problem := call(t, s.GetProtectionPolicyByID, get)
	refused(t, problem, 404, "policy")
}

func at(hour int64) *sdk.TimeOfDay {
	return &sdk.TimeOfDay{Hour: &hour, Minute: core.Int64Ptr(30), TimeZone: core.StringPtr("Europe/Berlin")}
}

// Every member that a policy may have here, and each unit of its schedules.
func TestPoliciesKeepWhatTheySay(t *testing.T) {
	s := newService(t)
	locked := retained(30)
	locked.DataLockConfig = &sdk.DataLockConfig{
		Mode:     core.StringPtr(sdk.DataLockConfig_Mode_Administrative),
		Unit:     core.StringPtr(sdk.DataLockConfig_Unit_Days),
		Duration: core.Int64Ptr(10),

		EnableWormOnExternalTarget: core.BoolPtr(true),
	}
	friday := []string{sdk.WeekSchedule_DayOfWeek_Friday}
	regular := &sdk.RegularBackupPolicy{
		Full: &sdk.FullBackupPolicy{Schedule: &sdk.FullSchedule{
			Unit:         core.StringPtr(sdk.FullSchedule_Unit_Weeks),
			WeekSchedule: &sdk.WeekSchedule{DayOfWeek: friday},
		}},
		FullBackups: []sdk.FullScheduleAndRetention{{
			Schedule: &sdk.FullSchedule{
				Unit:         core.StringPtr(sdk.FullSchedule_Unit_Years),
				YearSchedule: &sdk.YearSchedule{DayOfYear: core.StringPtr(sdk.YearSchedule_DayOfYear_Last)},
			},
			Retention: retained(365),
		}},
		Retention: locked,
	}
	options := s.NewCreateProtectionPolicyOptions(s.tenant, t.Name(), &sdk.BackupPolicy{
		Regular: regular,
		Log: &sdk.LogBackupPolicy{
			Schedule: &sdk.LogSchedule{
				Unit:           core.StringPtr(sdk.LogSchedule_Unit_Minutes),
				MinuteSchedule: &sdk.MinuteSchedule{Frequency: core.Int64Ptr(15)},
			},
			Retention: retained(3),
		},
	})
	options.Description = core.StringPtr("all that there is, and “more”")
	options.BlackoutWindow = []sdk.BlackoutWindow{{
		Day: core.StringPtr(sdk.BlackoutWindow_Day_Sunday), StartTime: at(8), EndTime: at(17),
	}}
	options.ExtendedRetention = []sdk.ExtendedRetentionPolicy{{
		Schedule: &sdk.ExtendedRetentionSchedule{
			Unit:      core.StringPtr(sdk.ExtendedRetentionSchedule_Unit_Months),
			Frequency: core.Int64Ptr(2),
		},
		Retention: retained(365),
		RunType:   core.StringPtr(sdk.ExtendedRetentionPolicy_RunType_Full),
	}}
	options.RetryOptions = &sdk.RetryOptions{Retries: core.Int64Ptr(2), RetryIntervalMins: core.Int64Ptr(5)}
	for _, schedule := range []*sdk.IncrementalSchedule{
		{
			Unit:           core.StringPtr(sdk.IncrementalSchedule_Unit_Minutes),
			MinuteSchedule: &sdk.MinuteSchedule{Frequency: core.Int64Ptr(30)},
		},
		{
			Unit:         core.StringPtr(sdk.IncrementalSchedule_Unit_Hours),
			HourSchedule: &sdk.HourSchedule{Frequency: core.Int64Ptr(6)},
		},
		{
			Unit:        core.StringPtr(sdk.IncrementalSchedule_Unit_Days),
			DaySchedule: &sdk.DaySchedule{Frequency: core.Int64Ptr(2)},
		},
		{
			Unit:         core.StringPtr(sdk.IncrementalSchedule_Unit_Weeks),
			WeekSchedule: &sdk.WeekSchedule{DayOfWeek: friday},
		},
		{
			Unit:          core.StringPtr(sdk.IncrementalSchedule_Unit_Months),
			MonthSchedule: &sdk.MonthSchedule{DayOfMonth: core.Int64Ptr(31)},
		},
		{
			Unit: core.StringPtr(sdk.IncrementalSchedule_Unit_Months),
			MonthSchedule: &sdk.MonthSchedule{
				DayOfWeek:   []string{sdk.MonthSchedule_DayOfWeek_Monday},
				WeekOfMonth: core.StringPtr(sdk.MonthSchedule_WeekOfMonth_Last),
			},
		},
		{
			Unit:         core.StringPtr(sdk.IncrementalSchedule_Unit_Years),
			YearSchedule: &sdk.YearSchedule{DayOfYear: core.StringPtr(sdk.YearSchedule_DayOfYear_First)},
		},
	} {
		regular.Incremental = &sdk.IncrementalBackupPolicy{Schedule: schedule}
		made := must(t, s.CreateProtectionPolicy, options)
		keeps(t, *schedule.Unit, made, options)
		get := s.NewGetProtectionPolicyByIdOptions(*made.ID, s.tenant)
		keeps(t, *schedule.Unit, must(t, s.GetProtectionPolicyByID, get), options)
		do(t, s.DeleteProtectionPolicy, s.NewDeleteProtectionPolicyOptions(*made.ID, s.tenant))
	}
}

func TestBadCallsOfPoliciesAreRefused(t *testing.T) {
	s := newService(t)
	made := must(t, s.CreateProtectionPolicy, s.NewCreateProtectionPolicyOptions(s.tenant, t.Name(), dailyFor(7)))
	t.Cleanup(func() {
		do(t, s.DeleteProtectionPolicy, s.NewDeleteProtectionPolicyOptions(*made.ID, s.tenant))
	})
	forever := dailyFor(7)
	forever.Regular.Retention = nil
	strange := s.NewGetProtectionPoliciesOptions(s.tenant).SetTypes([]string{"Strange"})
	get := s.NewGetProtectionPolicyByIdOptions(noID, s.tenant)
	change := s.NewUpdateProtectionPolicyOptions(noID, s.tenant, "x", dailyFor(1))
	refuseAll(t,
		bad(s.GetProtectionPolicies, strange, 400, "types"),
		bad(s.CreateProtectionPolicy, s.NewCreateProtectionPolicyOptions(s.tenant, t.Name(), dailyFor(1)), 409, t.Name()),
		bad(s.CreateProtectionPolicy, s.NewCreateProtectionPolicyOptions(s.tenant, "x", forever), 400, "retention"),
		bad(s.GetProtectionPolicyByID, get, 404, noID),
		bad(s.UpdateProtectionPolicy, change, 404, noID),
		badOrder(s.DeleteProtectionPolicy, s.NewDeleteProtectionPolicyOptions(noID, s.tenant), 404, noID),
	)
	stale := s.NewUpdateProtectionPolicyOptions(*made.ID, s.tenant, "x", dailyFor(1)).SetLastModificationTimeUsecs(1)
	_, problem := call(t, s.UpdateProtectionPolicy, stale)
	if problem == nil || problem.status != 409 || problem.code != "Stale" {
		t.Errorf("what was changed since is changed: %v", problem)
	}
}
