using Attention.Tests.Diagnostics;
using Attention.Tool.Scaffolding;
using Xunit;

namespace Attention.Tool.Tests;

public sealed class ModelsPageTests
{
    [Fact]
    public void Every_family_has_a_row_in_the_page_of_models()
    {
        string page = Repository.Read("docs/models.md");
        Assert.True(Scaffolder.Families.Count > 20);
        Assert.All(Scaffolder.Families, family => Assert.Contains($"`{family}`", page));
    }
}
