import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { isOneOf } from '../database/check-expressions';
import { Feature } from './feature.entity';

export const DEPENDENCY_TYPES = ['finish_to_start', 'finish_to_finish'] as const;
export type DependencyType = (typeof DEPENDENCY_TYPES)[number];

@Entity('feature_dependencies')
@Check('feature_dependencies_type_check', isOneOf('type', DEPENDENCY_TYPES))
@Check('feature_dependencies_self_check', 'feature_id <> depends_on_id')
@Index('idx_feature_dependencies_depends_on', ['dependsOnId'])
export class FeatureDependency {
  @PrimaryColumn({
    name: 'feature_id',
    type: 'uuid',
    primaryKeyConstraintName: 'feature_dependencies_pkey',
  })
  featureId!: string;

  @ManyToOne(() => Feature, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'feature_id', foreignKeyConstraintName: 'feature_dependencies_feature_id_fkey' })
  feature!: Relation<Feature>;

  @PrimaryColumn({
    name: 'depends_on_id',
    type: 'uuid',
    primaryKeyConstraintName: 'feature_dependencies_pkey',
  })
  dependsOnId!: string;

  /** No cascade: a feature that others depend on cannot be deleted. */
  @ManyToOne(() => Feature)
  @JoinColumn({ name: 'depends_on_id', foreignKeyConstraintName: 'feature_dependencies_depends_on_id_fkey' })
  dependsOn!: Relation<Feature>;

  @Column({ type: 'varchar', length: 50, default: 'finish_to_start' })
  type!: DependencyType;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'CURRENT_TIMESTAMP' })
  createdAt!: string;
}
