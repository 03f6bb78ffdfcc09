import {
  Check,
  Column,
  Entity,
  JoinColumn,
  OneToOne,
  PrimaryGeneratedColumn,
  type Relation,
  Unique,
} from 'typeorm';
import { Feature } from './feature.entity';

@Entity('code_metrics')
@Unique('code_metrics_feature_id_key', ['featureId'])
@Check('code_metrics_lines_of_code_check', 'lines_of_code >= 0')
@Check('code_metrics_tokens_used_check', 'tokens_used >= 0')
@Check('code_metrics_test_coverage_check', 'test_coverage BETWEEN 0 AND 100')
export class CodeMetrics {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'code_metrics_pkey' })
  id!: string;

  @Column({ name: 'feature_id', type: 'uuid' })
  featureId!: string;

  @OneToOne(() => Feature, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'feature_id', foreignKeyConstraintName: 'code_metrics_feature_id_fkey' })
  feature!: Relation<Feature>;

  @Column({ name: 'lines_of_code', type: 'integer', default: 0 })
  linesOfCode!: number;

  @Column({ name: 'tokens_used', type: 'integer', default: 0 })
  tokensUsed!: number;

  /** Percent, 0 to 100. */
  @Column({ name: 'test_coverage', type: 'float', nullable: true })
  testCoverage!: number | null;

  @Column({ name: 'modified_files', type: 'text', array: true, nullable: true })
  modifiedFiles!: string[] | null;

  @Column({ name: 'new_files', type: 'text', array: true, nullable: true })
  newFiles!: string[] | null;
}
