import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Feature } from '../feature.entity';

/** What the metrics of a feature were when a day ended, UTC: written by a trigger, on days on which they were written. */
@Entity('feature_metrics_history')
export class MetricsHistory {
  @PrimaryColumn({
    name: 'feature_id',
    type: 'uuid',
    primaryKeyConstraintName: 'feature_metrics_history_pkey',
  })
  featureId!: string;

  @ManyToOne(() => Feature, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'feature_id', foreignKeyConstraintName: 'feature_metrics_history_feature_id_fkey' })
  feature!: Relation<Feature>;

  @PrimaryColumn({ type: 'date', primaryKeyConstraintName: 'feature_metrics_history_pkey' })
  day!: string;

  @Column({ name: 'lines_of_code', type: 'integer' })
  linesOfCode!: number;

  /** The exact sum of the ledger, whatever its size. */
  @Column({ name: 'tokens_used', type: 'numeric' })
  tokensUsed!: string;

  /** Percent, 0 to 100. */
  @Column({ name: 'test_coverage', type: 'float', nullable: true })
  testCoverage!: number | null;

  /** How many. */
  @Column({ name: 'modified_files', type: 'integer', nullable: true })
  modifiedFiles!: number | null;

  /** How many. */
  @Column({ name: 'new_files', type: 'integer', nullable: true })
  newFiles!: number | null;
}
