using Attention.Runtime;
using Xunit;

namespace Attention.Tests.Runtime;

/// <summary>Which runtime runs a model that another version compiled.</summary>
public sealed class ModelVersionTests
{
    [Theory]
    [InlineData("1.2.3", "1.2.3")]
    [InlineData("1.2.3", "1.2.4")]
    [InlineData("0.1.0", "0.1.10")]
    [InlineData("1.2.4-alpha.0.5", "1.2.4-alpha.0.5")]
    public void Runs(string compiled, string runtime) => Assert.True(ModelVersion.Runs(compiled, runtime));

    [Theory]
    [InlineData("1.2.4", "1.2.3")]
    [InlineData("1.2.3", "1.3.0")]
    [InlineData("1.2.3", "2.2.3")]
    [InlineData("1.2.4-alpha.0.5", "1.2.4-alpha.0.6")]
    [InlineData("1.2.4-alpha.0.5", "1.2.4")]
    [InlineData("1.2.3", "1.2.4-alpha.0.5")]
    public void DoesNotRun(string compiled, string runtime) => Assert.False(ModelVersion.Runs(compiled, runtime));

    [Fact]
    public void Check_NamesBothVersionsAndTheMend()
    {
        ModelVersion.Check("Toy", ProductVersion.Text);
        string message = Assert.Throws<InvalidOperationException>(() => ModelVersion.Check("Toy", "0.0.1")).Message;
        Assert.Equal($"Model 'Toy' was compiled by AttentionDsl 0.0.1, but this program runs with AttentionDsl {ProductVersion.Text}. Reference the same version in the model's project and in the program's, and build both again.", message);
    }
}
