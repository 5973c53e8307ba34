using System.Runtime.CompilerServices;
using Xunit;

namespace Attention.Text.Tests;

public class UnicodeTableTests
{
    [Fact]
    public void The_tables_are_what_the_reference_answers_for_every_code_point()
    {
        string file = Path.Combine(Path.GetDirectoryName(Here())!, "../../../src/Attention.Text/Unicode/Tables.cs");
        string found = TableWriter.Write();
        if (Environment.GetEnvironmentVariable("ATTENTION_ACCEPT") == "1") File.WriteAllText(file, found);
        Assert.True(File.Exists(file) && found == File.ReadAllText(file), "Tables.cs is not what the reference answers: see CONTRIBUTING.md.");
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
