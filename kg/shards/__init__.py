"""Shards: what `kg build` makes, as files of N-Quads that many machines write, where one machine holds no graph.

summary = kg.shards.build_shards(["s3://bucket/abstracts/"], "s3://bucket/graph/", cluster=RayCluster("auto"))

The statements are those of `kg build`, byte for byte; nothing but what was decided of names passes through one process.
"""

from kg.shards.build import Sharded, build_shards
from kg.shards.rows import Cluster, RayCluster, Rows

__all__ = ["Cluster", "RayCluster", "Rows", "Sharded", "build_shards"]
