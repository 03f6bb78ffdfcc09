import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { IdentityColumn } from '../database/identity-column';
import { User } from '../users/user.entity';
import { Feature } from './feature.entity';

@Entity('stage_transitions')
@Check('stage_transitions_duration_check', 'duration >= 0')
@Index('idx_stage_transitions_feature_time_sequence', ['featureId', 'timestamp', 'sequence'])
export class StageTransition {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'stage_transitions_pkey' })
  id!: string;

  @Column({ name: 'feature_id', type: 'uuid' })
  featureId!: string;

  @ManyToOne(() => Feature, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'feature_id', foreignKeyConstraintName: 'stage_transitions_feature_id_fkey' })
  feature!: Relation<Feature>;

  /** Null on the first row, which is written when the feature is created. */
  @Column({ name: 'from_stage', type: 'varchar', length: 50, nullable: true })
  fromStage!: string | null;

  @Column({ name: 'to_stage', type: 'varchar', length: 50 })
  toStage!: string;

  @Column({ type: 'timestamptz', default: () => 'now()' })
  timestamp!: string;

  /** Milliseconds spent in `fromStage`. */
  @Column({ type: 'bigint', nullable: true })
  duration!: string | null;

  @Column({ type: 'text', nullable: true })
  note!: string | null;

  /** Whether an admin moved it against its dependencies. */
  @Column({ type: 'boolean', default: false })
  forced!: boolean;

  @Column({ name: 'actor_id', type: 'uuid', nullable: true })
  actorId!: string | null;

  @ManyToOne(() => User, { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'actor_id', foreignKeyConstraintName: 'stage_transitions_actor_id_fkey' })
  actor!: Relation<User> | null;

  /** The order of entries whose timestamps are equal. */
  @IdentityColumn()
  sequence!: string;
}
