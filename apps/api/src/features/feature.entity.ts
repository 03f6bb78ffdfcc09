import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

@Entity('features')
@Check('features_completion_percentage_check', 'completion_percentage BETWEEN 0 AND 100')
@Index('idx_features_stage_updated_id', ['currentStage', 'lastUpdated', 'id'])
@Index('idx_features_start_id', ['startTime', 'id'])
@Index('idx_features_updated_id', ['lastUpdated', 'id'])
@Index('idx_features_completion_id', ['completionPercentage', 'id'])
@Index('idx_features_name_c_id', { synchronize: false })
@Index('idx_features_text', { synchronize: false })
export class Feature {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'features_pkey' })
  id!: string;

  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'text' })
  description!: string;

  /** No CHECK: the list of stages is configuration. */
  @Column({ name: 'current_stage', type: 'varchar', length: 50 })
  currentStage!: string;

  @Column({ name: 'start_time', type: 'timestamptz', default: () => 'now()' })
  startTime!: string;

  @Column({ name: 'last_updated', type: 'timestamptz', default: () => 'now()' })
  lastUpdated!: string;

  /** Percent, 0 to 100. */
  @Column({ name: 'completion_percentage', type: 'float', default: 0 })
  completionPercentage!: number;

  /** Whether somebody gave the percentage; otherwise it follows from the stage. */
  @Column({ name: 'completion_given', type: 'boolean', default: false, select: false })
  completionGiven!: boolean;

  /** What the place of the stage says, when it was entered; null where the list does not have it. */
  @Column({ name: 'stage_completion', type: 'float', nullable: true, select: false })
  stageCompletion!: number | null;

  /** The completed share of the linked tasks, percent; null without any. Kept by triggers. */
  @Column({ name: 'tasks_completion', type: 'float', nullable: true, select: false })
  tasksCompletion!: number | null;

  @Column({ name: 'estimated_completion', type: 'timestamptz', nullable: true })
  estimatedCompletion!: string | null;
}
