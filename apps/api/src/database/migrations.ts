import { CreateInitialSchema1795305600000 } from './migrations/1795305600000-CreateInitialSchema';
import { ConstrainValues1795305601000 } from './migrations/1795305601000-ConstrainValues';
import { AddTombstonesAndTransitionDetails1795305602000 } from './migrations/1795305602000-AddTombstonesAndTransitionDetails';
import { AddFeatureDependencies1795305603000 } from './migrations/1795305603000-AddFeatureDependencies';
import { AddAccounts1795305604000 } from './migrations/1795305604000-AddAccounts';
import { AddEventsAndReferences1795305605000 } from './migrations/1795305605000-AddEventsAndReferences';
import { KeepLastUpdated1795305606000 } from './migrations/1795305606000-KeepLastUpdated';
import { AddListIndexes1795305607000 } from './migrations/1795305607000-AddListIndexes';
import { TellGivenCompletion1795305608000 } from './migrations/1795305608000-TellGivenCompletion';
import { AddTaskSearch1795305609000 } from './migrations/1795305609000-AddTaskSearch';
import { SlimEventIndexes1795305615000 } from './migrations/1795305615000-SlimEventIndexes';
import { AddTokenLedger1795305620000 } from './migrations/1795305620000-AddTokenLedger';
import { LinkFeaturesToTasks1795305621000 } from './migrations/1795305621000-LinkFeaturesToTasks';
import { AddLimitsAndMails1795305630000 } from './migrations/1795305630000-AddLimitsAndMails';
import { AddFeatureIngests1795305640000 } from './migrations/1795305640000-AddFeatureIngests';
import { IndexMoreLists1795305660000 } from './migrations/1795305660000-IndexMoreLists';
import { AddAuditTrail1795305670000 } from './migrations/1795305670000-AddAuditTrail';
import { KeepMetricsHistory1795305680000 } from './migrations/1795305680000-KeepMetricsHistory';
import { KeepForecasts1795400000000 } from './migrations/1795400000000-KeepForecasts';
import { IndexFeatureText1795400001000 } from './migrations/1795400001000-IndexFeatureText';
import { TellRestores1795430000000 } from './migrations/1795430000000-TellRestores';
import { AddScheduledJobs1795430001000 } from './migrations/1795430001000-AddScheduledJobs';
import { JournalErasures1795430002000 } from './migrations/1795430002000-JournalErasures';
import { ForgetInTime1795430003000 } from './migrations/1795430003000-ForgetInTime';
import { AddLastWrites1795450000000 } from './migrations/1795450000000-AddLastWrites';

/** Append-only, in order. Named here rather than found by a glob, so that the build and the tests run the same ones. */
export const migrations = [
  CreateInitialSchema1795305600000,
  ConstrainValues1795305601000,
  AddTombstonesAndTransitionDetails1795305602000,
  AddFeatureDependencies1795305603000,
  AddAccounts1795305604000,
  AddEventsAndReferences1795305605000,
  KeepLastUpdated1795305606000,
  AddListIndexes1795305607000,
  TellGivenCompletion1795305608000,
  AddTaskSearch1795305609000,
  SlimEventIndexes1795305615000,
  AddTokenLedger1795305620000,
  LinkFeaturesToTasks1795305621000,
  AddLimitsAndMails1795305630000,
  AddFeatureIngests1795305640000,
  IndexMoreLists1795305660000,
  AddAuditTrail1795305670000,
  KeepMetricsHistory1795305680000,
  KeepForecasts1795400000000,
  IndexFeatureText1795400001000,
  TellRestores1795430000000,
  AddScheduledJobs1795430001000,
  JournalErasures1795430002000,
  ForgetInTime1795430003000,
  AddLastWrites1795450000000,
];
