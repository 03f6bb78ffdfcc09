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
import { User } from '../../users/user.entity';
import { Feature } from '../feature.entity';

/** What one piece of work on a feature took of a language model. Entries are added, never changed. */
@Entity('feature_token_usage')
@Check('feature_token_usage_input_tokens_check', 'input_tokens >= 0')
@Check('feature_token_usage_output_tokens_check', 'output_tokens >= 0')
@Check('feature_token_usage_cached_tokens_check', 'cached_tokens BETWEEN 0 AND input_tokens')
@Check('feature_token_usage_cost_check', 'cost >= 0')
@Index('idx_feature_token_usage_feature_created_id', ['featureId', 'createdAt', 'id'])
@Index('idx_feature_token_usage_created', ['createdAt'])
export class TokenUsage {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'feature_token_usage_pkey' })
  id!: string;

  @Column({ name: 'feature_id', type: 'uuid' })
  featureId!: string;

  @ManyToOne(() => Feature, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'feature_id', foreignKeyConstraintName: 'feature_token_usage_feature_id_fkey' })
  feature!: Relation<Feature>;

  @Column({ type: 'varchar', length: 100 })
  provider!: string;

  @Column({ type: 'varchar', length: 255 })
  model!: string;

  /** All that the model read, what came from a cache included. */
  @Column({ name: 'input_tokens', type: 'bigint' })
  inputTokens!: string;

  @Column({ name: 'output_tokens', type: 'bigint' })
  outputTokens!: string;

  /** How many of the input tokens came from a cache. */
  @Column({ name: 'cached_tokens', type: 'bigint', default: 0 })
  cachedTokens!: string;

  /** Exact, in `currency`. */
  @Column({ type: 'numeric', nullable: true })
  cost!: string | null;

  /** ISO 4217. */
  @Column({ type: 'varchar', length: 3, default: 'USD' })
  currency!: string;

  /** Where the feature was. */
  @Column({ type: 'varchar', length: 50 })
  stage!: string;

  @Column({ name: 'actor_id', type: 'uuid', nullable: true })
  actorId!: string | null;

  @ManyToOne(() => User, { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'actor_id', foreignKeyConstraintName: 'feature_token_usage_actor_id_fkey' })
  actor!: Relation<User> | null;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'clock_timestamp()' })
  createdAt!: string;
}
