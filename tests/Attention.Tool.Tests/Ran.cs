using System.Text.Json;
using Xunit;

namespace Attention.Tool.Tests;

/// <summary>What a command line has written, and how it has ended.</summary>
internal sealed record Ran(int Code, string Output, string Error)
{
    public static async Task<Ran> Of(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        int code = await Cli.RunAsync(arguments, output, error, TestContext.Current.CancellationToken);
        return new Ran(code, output.ToString(), error.ToString());
    }

    /// <summary>The answer in JSON of a command line that does what it is asked for.</summary>
    public static async Task<JsonElement> Json(params string[] arguments)
    {
        Ran ran = await Of([.. arguments, "--json"]);
        Assert.True(ran.Code == Cli.Done, ran.Error + ran.Output);
        return JsonDocument.Parse(ran.Output).RootElement;
    }

    /// <summary>The one line of a command line that cannot be done.</summary>
    public static async Task<string> Failure(params string[] arguments)
    {
        Ran ran = await Of(arguments);
        Assert.True(ran.Code == Cli.Failed, ran.Error + ran.Output);
        Assert.Equal("", ran.Output);
        Assert.Equal(1, ran.Error.Count(letter => letter == '\n'));
        Assert.StartsWith("attention: ", ran.Error);
        return ran.Error["attention: ".Length..].TrimEnd();
    }
}
