import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Feature } from '../feature.entity';

/**
 * The last forecast of each day, UTC, on which an open feature had one. The latest is also the feature's estimate, for as long
 * as it is `current`: the feature is open, and history says something about its stage.
 */
@Entity('feature_forecasts')
@Index('idx_feature_forecasts_current', ['featureId'], { unique: true, where: 'current' })
export class DailyForecast {
  @PrimaryColumn({ name: 'feature_id', type: 'uuid', primaryKeyConstraintName: 'feature_forecasts_pkey' })
  featureId!: string;

  @ManyToOne(() => Feature, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'feature_id', foreignKeyConstraintName: 'feature_forecasts_feature_id_fkey' })
  feature!: Relation<Feature>;

  @PrimaryColumn({ type: 'date', primaryKeyConstraintName: 'feature_forecasts_pkey' })
  day!: string;

  /** Nothing later was used. */
  @Column({ name: 'as_of', type: 'timestamptz' })
  asOf!: string;

  /** Where the feature was then. */
  @Column({ name: 'current_stage', type: 'varchar', length: 50 })
  currentStage!: string;

  @Column({ type: 'integer' })
  trials!: number;

  /** Completed by then in so many percent of the trials; null: beyond history. */
  @Column({ type: 'timestamptz', nullable: true, select: false })
  p50!: string | null;

  @Column({ type: 'timestamptz', nullable: true, select: false })
  p70!: string | null;

  @Column({ type: 'timestamptz', nullable: true, select: false })
  p85!: string | null;

  @Column({ type: 'timestamptz', nullable: true, select: false })
  p95!: string | null;

  @Column({ type: 'boolean', select: false })
  current!: boolean;
}
