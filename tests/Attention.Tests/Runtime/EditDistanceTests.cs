using Xunit;
using Generators = Attention.Generator.EditDistance;
using Runtimes = Attention.Runtime.EditDistance;

namespace Attention.Tests.Runtime;

public sealed class EditDistanceTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("", "abc", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("weight", "wieght", 2)]
    [InlineData("layers.0.bias", "layer.0.bias", 1)]
    public void Distance_is_Levenshteins(string a, string b, int edits)
    {
        Assert.Equal(edits, Runtimes.Between(a, b, int.MaxValue));
        Assert.Equal(edits, Runtimes.Between(b, a, edits + 1));
        Assert.Null(Runtimes.Between(a, b, edits));
        Assert.Equal(edits, Generators.Between(a, b, int.MaxValue));
    }

    [Fact]
    public void The_first_of_equally_near_names_is_given()
    {
        Assert.Equal("ac", Runtimes.Nearest("ab", ["xyz", "ac", "ad"]));
        Assert.Null(Runtimes.Nearest("ab", []));
    }

    [Fact]
    public void A_slip_is_few_edits_whatever_the_case()
    {
        Assert.Equal("Spelling", Generators.Slip("SPELINGS", ["Phonemes", "Spelling"]));
        Assert.Null(Generators.Slip("text", ["Image"]));
    }
}
