using Attention.Dsl;
using Attention.Text.Tests;
using EmbeddingCluster;
using Xunit;

namespace Attention.Cluster.Tests;

public sealed class ShardTests
{
    [Fact]
    public void Pieces_are_read_as_written_and_joined_in_order()
    {
        using var folder = new TemporaryFolder();
        Shard[] shards = [new([0, 17], [1, 2, 3, -4], 2, [new(9, "no JSON \"ü\"")]), new([], [], 2, []), new([1L << 40], [float.Epsilon, -0f], 2, [])];
        for (int i = 0; i < shards.Length; i++)
        {
            shards[i].Write(Shard.PathOf(folder.Path, i));
            byte[] first = File.ReadAllBytes(Shard.PathOf(folder.Path, i));
            shards[i].Write(Shard.PathOf(folder.Path, i));
            Assert.Equal(first, File.ReadAllBytes(Shard.PathOf(folder.Path, i)));
            Shard read = Shard.Read(Shard.PathOf(folder.Path, i));
            Assert.Equal(shards[i].Offsets, read.Offsets);
            Assert.Equal(shards[i].Vectors, read.Vectors);
            Assert.Equal(shards[i].Failures, read.Failures);
        }
        Assert.Equal(3, Directory.GetFiles(folder.Path).Length);

        Assert.Equal(3, Shard.Merge(folder.Path, 3, folder.File("all")));
        using SafeTensors all = SafeTensors.Open(folder.File("all"));
        Assert.Equal([1, 2, 3, -4, float.Epsilon, -0f], all.ReadFloats("vectors"));
        Assert.Equal([0, 17, 1L << 40], Enumerable.Range(0, 3).Select(i => BitConverter.ToInt64(all.ReadBytes("offsets"), 8 * i)));
    }

    [Fact]
    public void A_piece_that_is_missing_or_damaged_is_told()
    {
        using var folder = new TemporaryFolder();
        new Shard([0], [1, 2], 2, []).Write(Shard.PathOf(folder.Path, 0));
        Assert.Contains("expected 2 pieces, found none of number 1", Assert.Throws<FileNotFoundException>(() => Shard.Merge(folder.Path, 2, folder.File("all"))).Message, StringComparison.Ordinal);
        File.WriteAllBytes(Shard.PathOf(folder.Path, 1), File.ReadAllBytes(Shard.PathOf(folder.Path, 0))[..^3]);
        Assert.Throws<WeightsException>(() => Shard.Merge(folder.Path, 2, folder.File("all")));
        Assert.False(File.Exists(folder.File("all")));
    }
}
