using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.CodeAnalysis;
using Xunit;
using Xunit.Sdk;

namespace VerifyXunit;

/// <summary>
/// The part of Verify that the snapshots use, with its names and files, for as long as its package does not restore:
/// <c>{TestClass}.{TestMethod}.verified.cs</c> beside the test's source holds what is expected, and a
/// <c>.received.cs</c> what was found instead, for as long as the two differ. With <c>ATTENTION_ACCEPT=1</c> in the
/// environment what is found becomes what is expected.
/// </summary>
internal static class Verifier
{
    private const string AcceptVariable = "ATTENTION_ACCEPT";

    /// <summary>One text.</summary>
    public static Task Verify(string target, string extension, [CallerFilePath] string sourceFile = "") =>
        VerifyFiles([("", extension, target)], sourceFile);

    /// <summary>All files of a run of generators, each in a file of its own: <c>{TestClass}.{TestMethod}#{file}.verified.cs</c>.</summary>
    public static Task Verify(GeneratorDriver target, [CallerFilePath] string sourceFile = "") => VerifyFiles(
        from source in target.GetRunResult().Results.SelectMany(result => result.GeneratedSources)
        select ("#" + Path.GetFileNameWithoutExtension(source.HintName), "cs", $"//HintName: {source.HintName}\n{source.SourceText}"),
        sourceFile);

    private static async Task VerifyFiles(IEnumerable<(string Name, string Extension, string Text)> targets, string sourceFile)
    {
        string folder = Path.GetDirectoryName(sourceFile)!;
        Assert.True(
            File.Exists(sourceFile),
            $"Snapshots lie beside the source of their test, but '{sourceFile}' is not there; expected the tests to run on the machine that built them, without ContinuousIntegrationBuild or a PathMap.");
        ITestMethod test = TestContext.Current.TestMethod!;
        string prefix = $"{test.TestClass.TestClassSimpleName}.{test.MethodName}";
        bool accept = Environment.GetEnvironmentVariable(AcceptVariable) == "1";

        string[] Snapshots(string kind) => [.. Directory.GetFiles(folder, $"{prefix}.{kind}.*"), .. Directory.GetFiles(folder, $"{prefix}#*.{kind}.*")];
        foreach (string received in Snapshots("received"))
            File.Delete(received);

        var differences = new List<string>();
        HashSet<string> dangling = [.. Snapshots("verified")];
        foreach ((string name, string extension, string text) in targets)
        {
            string verified = Path.Combine(folder, $"{prefix}{name}.verified.{extension}"), received = Path.Combine(folder, $"{prefix}{name}.received.{extension}");
            dangling.Remove(verified);
            string? expected = File.Exists(verified) ? (await File.ReadAllTextAsync(verified)).ReplaceLineEndings("\n") : null;
            if (expected == text)
                continue;
            await File.WriteAllTextAsync(accept ? verified : received, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            if (!accept)
                differences.Add($"{Path.GetFileName(received)}: {(expected is null ? "there is no verified file" : Difference(expected, text))}");
        }

        foreach (string file in dangling)
        {
            if (accept)
                File.Delete(file);
            else
                differences.Add($"{Path.GetFileName(file)}: nothing was found for it");
        }

        Assert.True(differences.Count == 0, $"Snapshots in '{folder}' differ; to accept what was found run the test with {AcceptVariable}=1.\n" + string.Join("\n", differences));
    }

    private static string Difference(string expected, string found)
    {
        string[] before = expected.Split('\n'), after = found.Split('\n');
        int line = before.Zip(after).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"line {line + 1} was expected to be '{before.ElementAtOrDefault(line)}', but is '{after.ElementAtOrDefault(line)}'";
    }
}
