# What the tab key does for strongroom in PowerShell. Put into $PROFILE:
#   strongroom completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName strongroom -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # The words before the cursor, without their quotes.
    $words = @()
    foreach ($element in $commandAst.CommandElements) {
        if ($element.Extent.StartOffset -ge $cursorPosition) { break }
        if ($element.Extent.EndOffset -ge $cursorPosition -and $wordToComplete -ne '') { break }
        if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
            $words += $element.Value
        } else {
            $words += $element.Extent.Text
        }
    }
    $program = $words[0]
    $before = @($words | Select-Object -Skip 1)
    $current = $wordToComplete.Trim("'", '"')
    # Without an answer PowerShell offers files, which is right where files or folders are wanted.
    $answer = @(& $program __complete powershell "=$current" @before 2>$null)
    $answer | Select-Object -Skip 1 | ForEach-Object {
        $word, $about = $_ -split "`t", 2
        if ([string]::IsNullOrEmpty($about)) { $about = $word }
        $text = $word
        if ($word -match "[\s'`"``$;,(){}|&<>@#]") { $text = "'" + ($word -replace "'", "''") + "'" }
        [System.Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $about)
    }
}
